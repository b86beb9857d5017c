import { areLookalikes } from './lookalikes.ts';

/**
 * Whether two lower-case words are one word with a slip of the hand: two letters swapped, or one letter left out or
 * put in within a long word. Never for two known words that differ by just that (diary, dairy).
 */
export function areMisspelt(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length < 4 || long.length - short.length > 1 || areLookalikes(short, long))
    return false;
  if (!/^[a-z]+$/.test(short) || !/^[a-z]+$/.test(long)) return false;
  let at = 0;
  while (at < short.length && short.charCodeAt(at) === long.charCodeAt(at)) at += 1;
  if (short.length === long.length) return isSwap(short, long, at) || isOtherVowel(short, long, at);
  const isInside = at > 0 && at < short.length;
  return isInside && long.length >= SHORTEST_WITH_GAP && short.slice(at) === long.slice(at + 1);
}

/** benefit and benifit; but not the endings that tell salts and gases apart: nitrate and nitrite, propane and propene. */
function isOtherVowel(one: string, other: string, at: number): boolean {
  return (
    one.length >= SHORTEST_WITH_GAP &&
    at > 1 &&
    at < one.length - 3 &&
    VOWELS.test(one.charAt(at)) &&
    VOWELS.test(other.charAt(at)) &&
    one.slice(at + 1) === other.slice(at + 1)
  );
}

const VOWELS = /[aeiou]/;
const SHORTEST_WITH_GAP = 7;

function isSwap(one: string, other: string, at: number): boolean {
  return (
    one.charAt(at) === other.charAt(at + 1) &&
    one.charAt(at + 1) === other.charAt(at) &&
    one.slice(at + 2) === other.slice(at + 2)
  );
}

/** Whether two lemmas are one word in two word classes: treat and treatment, safe and safety, recent and recently. */
export function areRelated(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (short.length < 4 || short.slice(0, 3) !== long.slice(0, 3)) return false;
  return ENDINGS.some(([plain, derived]) => {
    if (!long.endsWith(derived) || !short.endsWith(plain)) return false;
    const stem = short.slice(0, short.length - plain.length);
    return stem.length >= 3 && stem === long.slice(0, long.length - derived.length);
  });
}

/** How a word changes its class: without the first ending, with the second. Agents (-er, -ee, -ist) are other words. */
const ENDINGS: readonly (readonly [string, string])[] = [
  ['', 'ly'],
  ['le', 'ly'],
  ['y', 'ily'],
  ['', 'ally'],
  ['', 'ment'],
  ['', 'ness'],
  ['y', 'iness'],
  ['', 'ation'],
  ['e', 'ation'],
  ['', 'ion'],
  ['e', 'ion'],
  ['e', 'ition'],
  ['ate', 'ation'],
  ['ify', 'ification'],
  ['y', 'ication'],
  ['d', 'sion'],
  ['de', 'sion'],
  ['t', 'ssion'],
  ['e', 'al'],
  ['', 'al'],
  ['y', 'ical'],
  ['', 'ance'],
  ['', 'ence'],
  ['e', 'ance'],
  ['ent', 'ence'],
  ['ant', 'ance'],
  ['', 'ty'],
  ['', 'ity'],
  ['e', 'ity'],
  ['le', 'ility'],
  ['', 'th'],
  ['', 'y'],
  ['e', 'y'],
  ['', 'ing'],
  ['', 'ed'],
  ['e', 'ure'],
  ['', 'ure'],
  ['', 'ous'],
  ['', 'ic'],
  ['y', 'ic'],
  ['ic', 'ical'],
];
