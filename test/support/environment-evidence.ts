import type { Environment } from '../../src/config/environment.ts';
import type { Variable } from '../../src/config/variable.ts';
import { variables } from '../../src/config/variables.ts';
import { secret } from './evidence.ts';

/** Keeps as secrets what in an environment is one: keys, and the passwords in addresses. */
export function keepEnvironment(environment: Environment): void {
  for (const [name, variable] of Object.entries(variables) as [string, Variable<unknown>][]) {
    const value = environment[name] ?? environment[`SLUICE_${name}`];
    if (value === undefined || variable.secret === undefined) continue;
    if (value.includes('://')) secret('key', passwordIn(value));
    else for (const key of value.split(',')) secret('key', key);
  }
}

/** Of a URL of one host or of several. */
function passwordIn(url: string): string {
  const [, password = ''] = /:\/\/[^:@]*:([^@]*)@/.exec(url) ?? [];
  return decodeURIComponent(password);
}
