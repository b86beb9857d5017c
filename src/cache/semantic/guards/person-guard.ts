import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';

/** Whose it is and who does it, where the two differ in nothing else: his and my, she and he. */
export function personDifference({ readings, nearness, rewordings }: Comparison): string | null {
  if (nearness === 'FAR' || rewordings > 0) return null;
  const [left = [], right = []] = readings.map(personsOf);
  if (![...left, ...right].some((person) => person !== 'SPEAKER')) return null;
  if (left.join() === right.join()) return null;
  if (nearness !== 'EQUAL' && left.length !== right.length) return null;
  return `${left.join(', ')} and ${right.join(', ')}`.toLowerCase();
}

function personsOf({ words }: Reading): string[] {
  return words.flatMap(({ text }) => PERSONS.get(text) ?? []);
}

/** "I" and "you" stand for anybody in most questions; he and she are somebody. */
const PERSONS: ReadonlyMap<string, string> = new Map([
  ...'i me my mine we us our ours you your yours'
    .split(' ')
    .map((word): [string, string] => [word, 'SPEAKER']),
  ...'he him his himself'.split(' ').map((word): [string, string] => [word, 'HE']),
  ...'she her hers herself'.split(' ').map((word): [string, string] => [word, 'SHE']),
  ...'they them their theirs'.split(' ').map((word): [string, string] => [word, 'THEY']),
  ['its', 'IT'],
]);
