import type { z } from 'zod';
import type { Environment } from './environment.ts';
import { nearestName } from './nearest-name.ts';
import type { Variable } from './variable.ts';
import { type VariableName, variables } from './variables.ts';

type Table = typeof variables;

/** What the environment says, or the default; undefined for what has neither. */
export type Settings = {
  readonly [Name in VariableName]:
    | z.output<Table[Name]['value']>
    | (Table[Name]['default'] extends string ? never : undefined);
};

const PREFIX = 'SLUICE_';

/** What `npm run warm` reads, and is nothing to the server. */
const OF_CLIENTS = ['SLUICE_API_KEY'];

/** Reads every variable, under each of its names. What is wrong goes to `problems`, and reads as nothing. */
export function readVariables(environment: Environment, problems: string[]): Settings {
  const settings: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(variables) as [string, Variable<unknown>][]) {
    settings[name] = readVariable(environment, name, variable, problems);
  }
  problems.push(...unknownNames(environment));
  return settings as Settings;
}

function readVariable(
  environment: Environment,
  name: string,
  variable: Variable<unknown>,
  problems: string[],
): unknown {
  const given = namesOf(name, variable).filter((each) => textOf(environment, each) !== '');
  const [first, ...others] = given;
  if (first === undefined) {
    return variable.default === null ? undefined : variable.value.parse(variable.default);
  }
  const text = textOf(environment, first);
  const differing = others.find((other) => textOf(environment, other) !== text);
  if (differing !== undefined) {
    problems.push(`${first} and ${differing} mean the same and differ: set one of them.`);
    return undefined;
  }
  const parsed = variable.value.safeParse(text);
  if (parsed.success) return parsed.data;
  const shown = variable.secret ? '' : ` (it is ${shorten(text)})`;
  problems.push(`${first} ${parsed.error.issues[0]?.message ?? 'is not understood'}${shown}.`);
  return undefined;
}

/** Names with our prefix are ours: one that we do not know is a slip of the pen. */
function unknownNames(environment: Environment): string[] {
  const known = Object.entries(variables).flatMap(([name, variable]) => namesOf(name, variable));
  return Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .filter((name) => !OF_CLIENTS.includes(name))
    .filter((name) => !isServiceLink(name, environment[name]))
    .map((name) => {
      const near = nearestName(
        name,
        known.filter((each) => each.startsWith(PREFIX)),
      );
      return `${name} is not known${near === null ? '.' : `; did you mean ${near}?`}`;
    });
}

/** Without white space around it, which files and secrets tend to add; empty for what is not set. */
function textOf(environment: Environment, name: string): string {
  const text = environment[name]?.trim() ?? '';
  return isServiceLink(name, text) ? '' : text;
}

/**
 * Kubernetes tells every container of the Services around it. One that is named `sluice` becomes
 * SLUICE_PORT=tcp://10.0.0.7:4000, SLUICE_SERVICE_HOST and more, which nobody meant to set.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
 */
function isServiceLink(name: string, text = ''): boolean {
  if (/_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(name)) return true;
  return name.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(text);
}

function namesOf(name: string, { alias }: Variable<unknown>): string[] {
  const names = alias === undefined ? [name] : [name, alias];
  return names.flatMap((each) => [each, `${PREFIX}${each}`]);
}

/** A value to be shown: cut, and without where an address, well written or not, may hold a password or a key. */
function shorten(text: string): string {
  const shown = text.replace(/^([\w+.-]+:[\\/]+)?.*@/s, '$1…@').replace(/[?#].*/s, '…');
  return JSON.stringify(shown.length > 40 ? `${shown.slice(0, 40)}…` : shown);
}
