import type { z } from 'zod';
import { nearestName } from '../config/nearest-name.ts';

/** What names of fields look like. Whatever else stands in the place of one may be a key. */
const LIKE_A_NAME = /^[A-Za-z][A-Za-z_-]{0,23}$/;

/**
 * What is wrong with a value at `place`, one sentence each, without a word of the value.
 *
 * @param names what may stand there
 */
export function problemsIn(
  { issues }: z.ZodError,
  place: string,
  names: readonly string[],
): string[] {
  return issues.flatMap((issue) => {
    const where = issue.path.reduce<string>(placeWithin, place);
    if (issue.code !== 'unrecognized_keys') return [`${where || 'It'} ${issue.message}.`];
    return issue.keys.map((name) => unknownName(name, where, names));
  });
}

function placeWithin(place: string, step: PropertyKey): string {
  if (typeof step === 'number') return `${place}[${step}]`;
  return place === '' ? String(step) : `${place}.${String(step)}`;
}

function unknownName(name: string, place: string, names: readonly string[]): string {
  if (!LIKE_A_NAME.test(name)) {
    return `${place || 'It'} has a name that is not known, of ${name.length} characters.`;
  }
  const near = nearestName(name, names);
  const suggestion = near === null ? '.' : `; did you mean ${near}?`;
  return `${placeWithin(place, name)} is not known${suggestion}`;
}
