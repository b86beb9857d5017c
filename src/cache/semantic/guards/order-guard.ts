import { areOpposite } from './antonyms.ts';
import type { Comparison } from './comparison.ts';
import { isSameButForCoordination } from './coordination.ts';
import { argumentsOf, type Part } from './roles.ts';
import { wordSet } from './word-list.ts';
import type { Word } from './words.ts';

/**
 * The same words in other roles: who does it to whom, from where to where, before and after what, which of two
 * is the better one. An order that tells nothing is none: of two things joined by "and", of a phrase that was moved,
 * of a passive that says what the active said.
 */
export function orderDifference(comparison: Comparison): string | null {
  const turned = turnedPreposition(comparison);
  if (turned !== null) return turned;
  const swapped = personsSwapped(comparison);
  if (swapped !== null) return swapped;
  if (comparison.nearness === 'FAR') return swappedNames(comparison);

  const [left, right] = argumentsOf(comparison);
  const wording = wordingOf(comparison);
  const inversion = inversionIn(left, right, wording, mixesJoints(comparison));
  if (inversion === null || isSameButForCoordination(comparison)) return null;
  if (wording === 'OTHER' && isJoined(comparison)) return null;
  return inversion;
}

/** PERMUTED: the very same words. LIKE: nearly so. OTHER: the order of all but names and counterparts tells nothing. */
type Wording = 'PERMUTED' | 'LIKE' | 'OTHER';

function wordingOf({ readings, nearness, rewordings }: Comparison): Wording {
  const [left, right] = readings.map(({ words }) =>
    words
      .filter(({ kind }) => kind !== 'EMPTY')
      .map(({ lemma }) => lemma)
      .sort()
      .join(' '),
  );
  if (left === right) return 'PERMUTED';
  return nearness === 'EQUAL' && rewordings === 0 ? 'LIKE' : 'OTHER';
}

/** Light verbs have a doer and a deed as others have; of a "best way" and a "way that is best" the order tells nothing. */
function isActing({ kind, lemma }: Word): boolean {
  return kind !== 'LIGHT' || ACTING.has(lemma);
}

const ACTING = wordSet(
  'see give take find help know ask tell hear believe call make use follow like love',
);

/** Whether the order of the two can tell anything in such a wording. */
function mayTell(one: Part, other: Part, wording: Wording): boolean {
  if (wording === 'PERMUTED' || areOfOneKind(one, other)) return true;
  return wording === 'LIKE' && isActing(one.word) && isActing(other.word);
}

/** "a German analyst" and "an analyst and German" */
function mixesJoints({ readings }: Comparison): boolean {
  const [left, right] = readings.map(({ words }) => words.some(({ text }) => text === 'and'));
  return left !== right;
}

function isJoined({ readings }: Comparison): boolean {
  return readings.some(({ words }) =>
    words.some(({ text, lemma }) => JOINING.has(text) || JOINING.has(lemma)),
  );
}

/** A thing that one comes from and the other goes to; before and after it; with and without it. */
function turnedPreposition({ left, right, matches, nearness }: Comparison): string | null {
  for (const match of matches) {
    const [one, other] = [
      left[match.left]?.preposition ?? '',
      right[match.right]?.preposition ?? '',
    ];
    if (one === other || one === '' || other === '') continue;
    const differs =
      nearness === 'FAR'
        ? areOpposite(one, other) && !VAGUE.has(one) && !VAGUE.has(other)
        : areOpposite(one, other) ||
          TURNING.has(one) ||
          TURNING.has(other) ||
          (TELLING.has(one) && TELLING.has(other)) ||
          (one === 'about' && ADDRESSING.has(other)) ||
          (other === 'about' && ADDRESSING.has(one));
    if (differs) return `${one} and ${other} ${left[match.left]?.text}`;
  }
  return null;
}

const VAGUE = wordSet('to in on out off with');
/** To whom it is said, not what of. */
const ADDRESSING = wordSet('to with from');
const TURNING = wordSet('before after until since without');
const TELLING = wordSet(
  'before after during since until within without over under above below per than except inside outside',
);

/** Two names in the other order, where nothing says that they are equals. */
function swappedNames(comparison: Comparison): string | null {
  const { left, right, matches } = comparison;
  const names = matches.filter(
    (match) =>
      left[match.left]?.name === true &&
      left[match.left]?.preposition === right[match.right]?.preposition,
  );
  if (names.length < 2 || isJoined(comparison)) return null;
  const at = names.findIndex(
    (match, index) => index > 0 && match.right < (names[index - 1]?.right ?? -1),
  );
  return at < 0 ? null : `${left[names[at]?.left ?? 0]?.text} in another place`;
}

const JOINING = wordSet(
  'and or vs versus between both difference compare comparison similar same either',
);

/** "Can I see you" and "can you see me" */
function personsSwapped({ readings }: Comparison): string | null {
  const [one, other] = readings.map(({ words }) =>
    words
      .map(({ text }) => PERSONS.get(text) ?? '')
      .filter((person) => person !== '')
      .join(''),
  );
  if (one === undefined || other === undefined || one === other || one.length !== other.length)
    return null;
  const hasBoth = one.includes('1') && one.includes('2');
  return hasBoth && [...one].sort().join('') === [...other].sort().join('') ? 'I and you' : null;
}

const PERSONS: ReadonlyMap<string, string> = new Map(
  'i me my mine myself we us our you your yours yourself'
    .split(' ')
    .map((word): [string, string] => [word, word.startsWith('y') ? '2' : '1']),
);

/** The first two words that stand the other way round, in roles that this tells apart. */
function inversionIn(
  left: readonly Part[],
  right: readonly Part[],
  wording: Wording,
  mixesJoints: boolean,
): string | null {
  const placeOf = new Map(right.map((part, index) => [part.match, { part, index }]));
  for (const [at, one] of left.entries()) {
    const oneRight = placeOf.get(one.match);
    const other = left.slice(at + 1).find((each, further) => {
      const eachRight = placeOf.get(each.match);
      if (oneRight === undefined || eachRight === undefined) return false;
      const isJoined = further === 0 && mixesJoints && one.word.name !== each.word.name;
      return (
        eachRight.index < oneRight.index &&
        !isJoined &&
        mayTell(one, each, wording) &&
        !mayMove(one, oneRight.part, each, eachRight.part)
      );
    });
    if (other !== undefined) return `${one.text} and ${other.text} the other way round`;
  }
  return null;
}

/** Things that take the same roles: two names, two numbers, landlord and tenant. */
function areOfOneKind(one: Part, other: Part): boolean {
  const [a, b] = [one.word, other.word];
  return (
    (a.name && b.name) ||
    (a.kind === b.kind && a.kind !== 'CONTENT' && a.kind !== 'LIGHT') ||
    areOpposite(a.lemma, b.lemma)
  );
}

/** Whether a phrase may stand before or behind another: it keeps its preposition, and the other has not the same. */
function mayMove(one: Part, oneRight: Part, other: Part, otherRight: Part): boolean {
  if (one.phrase === other.phrase && oneRight.phrase === otherRight.phrase) return false;
  if (isPhrase(one, oneRight) && isApart(one, other, otherRight)) return true;
  if (isPhrase(other, otherRight) && isApart(other, one, oneRight)) return true;
  if (areOfOneKind(one, other)) return false;
  return (
    (isLoosened(one, oneRight) && other.preposition === otherRight.preposition) ||
    (isLoosened(other, otherRight) && one.preposition === oneRight.preposition)
  );
}

function isPhrase(part: Part, right: Part): boolean {
  if (part.preposition === '') return false;
  return (
    part.preposition === right.preposition ||
    (LOOSE.has(part.preposition) && LOOSE.has(right.preposition))
  );
}

function isApart(phrase: Part, other: Part, otherRight: Part): boolean {
  return other.preposition !== phrase.preposition && otherRight.preposition !== phrase.preposition;
}

/** "battery life on an iPhone" and "iPhone battery life" */
function isLoosened(part: Part, right: Part): boolean {
  if (part.preposition === '') return LOOSE.has(right.preposition);
  return right.preposition === '' && LOOSE.has(part.preposition);
}

const LOOSE = wordSet('of for in on at as by about');
