import type { Comparison } from './comparison.ts';
import { isSameButForCoordination } from './coordination.ts';
import type { Word } from './words.ts';

/** Numbers that one prompt has and the other has not, or that stand with other things or in another order. */
export function numberDifference(comparison: Comparison): string | null {
  const { left, right, onlyLeft, onlyRight, readings, nearness, areStories } = comparison;
  const [one, other] = [onlyLeft.find(isNumber), onlyRight.find(isNumber)];
  if (one !== undefined && other !== undefined) return `${one.text} and ${other.text}`;
  if (one !== undefined || other !== undefined) {
    return nearness === 'FAR' && areStories ? null : `${(one ?? other)?.text} and none`;
  }

  const signs = readings.map(({ words }) =>
    words
      .filter(({ kind }) => kind === 'SIGN')
      .map(({ text }) => text)
      .join(' '),
  );
  if (signs[0] !== signs[1]) return `“${signs[0]}” and “${signs[1]}”`;

  const [numbersLeft, numbersRight] = [numbersOf(left), numbersOf(right)];
  if (new Set(numbersLeft).size < 2 || numbersLeft.join(' ') === numbersRight.join(' '))
    return null;
  if (isSameButForCoordination(comparison)) return null;
  const [pairsLeft, pairsRight] = [countedThings(left), countedThings(right)];
  const isPaired = pairsLeft.every(
    ({ thing }, index) =>
      thing !== '' && pairsLeft.findIndex((each) => each.thing === thing) === index,
  );
  const sorted = (pairs: typeof pairsLeft) =>
    pairs
      .map(({ number, thing }) => `${number} ${thing}`)
      .sort()
      .join(', ');
  if (isPaired && sorted(pairsLeft) === sorted(pairsRight)) return null;
  return `${numbersLeft.join(', ')} and ${numbersRight.join(', ')}`;
}

function isNumber({ kind }: Word): boolean {
  return kind === 'NUMBER';
}

function numbersOf(words: readonly Word[]): string[] {
  return words.filter(isNumber).map(({ text }) => text);
}

/** Each number with what stands right behind it: 2 eggs and 3 cups. */
function countedThings(words: readonly Word[]): { number: string; thing: string }[] {
  return words.flatMap((word, index) => {
    if (!isNumber(word)) return [];
    const next = words[index + 1];
    const counts = next !== undefined && next.pause === 'NONE' && !isNumber(next);
    return [{ number: word.text, thing: counts ? next.meaning : '' }];
  });
}
