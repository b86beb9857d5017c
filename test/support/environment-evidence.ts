import type { Environment } from '../../src/config/environment.ts';
import { type Variable, variables } from '../../src/config/variables.ts';
import { secret } from './evidence.ts';

/** Keeps as secrets what in an environment is one: keys, and the passwords in addresses. */
export function keepEnvironment(environment: Environment): void {
  for (const [name, variable] of Object.entries(variables) as [string, Variable<unknown>][]) {
    const value = environment[name] ?? environment[`SLUICE_${name}`];
    if (value === undefined || variable.secret === undefined) continue;
    const url = URL.parse(value);
    if (url !== null) secret('key', decodeURIComponent(url.password));
    else for (const key of value.split(',')) secret('key', key);
  }
}
