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
  if (nearness === 'EQUAL' && rewordings > 0 && areClaims(readings)) return 'claims in other words';
  if (nearness === 'FAR') return null;
  const added = additionIn(comparison);
  if (added !== null) return added;
  const reach = nearness === 'EQUAL' ? reachDifference(readings) : null;
  if (reach !== null) return reach;
  const quality = qualityDifference(comparison);
  if (quality !== null || rewordings > 1) return quality;
  for (const words of SHADES) {
    const [left, right] = readings.map((reading) => shadesOf(reading, words));
    if (left !== right) return `${left || 'none'} and ${right || 'none'}`;
  }
  return rewordings === 0 && nearness === 'EQUAL' ? modalDifference(readings) : null;
}

/** "Can everyone" and "can anyone": these are small words, and the whole difference. */
function reachDifference(readings: Comparison['readings']): string | null {
  const [left, right] = readings.map((reading) => shadesOf(reading, REACHES));
  return left === right ? null : `${left || 'none'} and ${right || 'none'}`;
}

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
  const [left, right] = readings.map((reading) => shadesOf(reading, SUPERLATIVES));
  return left === right ? null : `${left || 'none'} and ${right || 'none'}`;
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
  wordSet('all every each both whole entire none only'),
  wordSet('or either'),
  wordSet('always sometimes often usually never rarely occasionally'),
  wordSet('too enough almost nearly'),
];
