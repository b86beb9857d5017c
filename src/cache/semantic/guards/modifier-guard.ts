import { areClaims } from './claims.ts';
import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';

/**
 * What narrows, widens or tempers the one question and not the other: an added adjective or phrase, all and some,
 * can and should, and and or. Only in prompts that are alike but for it.
 */
export function modifierDifference(comparison: Comparison): string | null {
  const { nearness, rewordings, readings } = comparison;
  const claimed = areClaims(readings) ? claimDifference(comparison) : null;
  if (claimed !== null || nearness === 'FAR') return claimed;
  const added = additionIn(comparison);
  if (added !== null) return added;
  const reach = nearness === 'EQUAL' ? differenceAmong(readings, REACHES) : null;
  if (reach !== null) return reach;
  const quality = qualityDifference(comparison);
  if (quality !== null || rewordings > 1) return quality;
  const shade = shadeDifference(readings);
  if (shade !== null) return shade;
  return rewordings === 0 && nearness === 'EQUAL' ? modalDifference(readings) : null;
}

/** A claim is another one in other words, and when it is more or less sure. */
function claimDifference({ nearness, rewordings, readings }: Comparison): string | null {
  if (nearness === 'EQUAL' && rewordings > 0) return 'claims in other words';
  return differenceAmong(readings, CERTAINTIES);
}

function shadeDifference(readings: Comparison['readings']): string | null {
  // Who becomes calm becomes more calm.
  const isBecoming = readings.some(({ words }) => words.some(({ lemma }) => lemma === 'become'));
  for (const words of SHADES) {
    const difference = isBecoming && words.has('more') ? null : differenceAmong(readings, words);
    if (difference !== null) return difference;
  }
  return null;
}

/** Which of the words the one has, and the other. */
function differenceAmong(
  readings: Comparison['readings'],
  words: ReadonlySet<string>,
): string | null {
  const [left, right] = readings.map((reading) => shadesOf(reading, words));
  return left === right ? null : `${left || 'none'} and ${right || 'none'}`;
}

/** How sure what is told is. */
const CERTAINTIES = wordSet(
  'could can may might would must definitely certainly maybe perhaps possibly probably likely unlikely',
);

/** "Can everyone" and "can anyone": these are small words, and the whole difference. */
const REACHES = wordSet('everyone everybody everything nobody');

/** What may be and what must be: told apart where both are said, and always where that is the question. */
function modalDifference(readings: Comparison['readings']): string | null {
  const [left = '', right = ''] = readings.map(modalsOf);
  if (left === right) return null;
  const isAsked = readings.every(({ questions }) => questions.includes('WHETHER'));
  return isAsked || (left !== '' && right !== '')
    ? `${left || 'none'} and ${right || 'none'}`
    : null;
}

/** "a good activist" and "an activist", "the best player" and "a good player", in prompts alike but for it. */
function qualityDifference({
  readings,
  rewordings,
  lightLeft,
  lightRight,
}: Comparison): string | null {
  const light = [...lightLeft, ...lightRight];
  if (rewordings === 0 && lightLeft.length > 0 && lightRight.length > 0) {
    return `${lightLeft[0]?.text} and ${lightRight[0]?.text}`;
  }
  const quality = light.find(({ lemma }) => QUALITIES.has(lemma));
  if (quality !== undefined && rewordings === 0) return `${quality.text} and none`;
  if (!readings.every(({ questions }) => questions.includes('WHETHER'))) return null;
  return differenceAmong(readings, SUPERLATIVES);
}

const QUALITIES = wordSet('good nice great new popular common main better true');
const SUPERLATIVES = wordSet('best top');

/** What only one of the two says, the other having nothing in its place. */
function additionIn(comparison: Comparison): string | null {
  const { rewordings, matches, onlyLeft, onlyRight, lightLeft, lightRight, readings } = comparison;
  const [added] = [...onlyLeft, ...onlyRight];
  if (added === undefined || (onlyLeft.length > 0 && onlyRight.length > 0)) return null;
  const [own, others] = onlyLeft.length > 0 ? [lightLeft, lightRight] : [lightRight, lightLeft];
  const isAll = own.length === 0 || others.length > 0 || matches.length <= 1;
  return (rewordings === 0 && isAll) || areClaims(readings) ? `${added.text} and none` : null;
}

/** What may, must and will be, in a question that turns on it. */
function modalsOf({ words, questions }: Reading): string {
  if (questions.includes('HOW')) return '';
  const modals = words.map(({ text }) => MODALS.get(text)).filter((modal) => modal !== undefined);
  return [...new Set(modals)].sort().join(' ');
}

const MODALS: ReadonlyMap<string, string> = new Map([
  ['can', 'can'],
  ['could', 'can'],
  ['may', 'can'],
  ['might', 'can'],
  ['should', 'should'],
  ['must', 'must'],
  ['possible', 'can'],
  ['allowed', 'can'],
  ['permitted', 'can'],
  ['okay', 'can'],
]);

function shadesOf({ words }: Reading, shades: ReadonlySet<string>): string {
  return [
    ...new Set(words.filter(({ text, asks }) => !asks && shades.has(text)).map(({ text }) => text)),
  ]
    .sort()
    .join(' ');
}

const SHADES = [
  wordSet('most'),
  wordSet('many few'),
  wordSet('more less'),
  wordSet('all every each both whole entire none only'),
  wordSet('or either'),
  wordSet('always sometimes often usually never rarely occasionally'),
  wordSet('too enough almost nearly'),
];
