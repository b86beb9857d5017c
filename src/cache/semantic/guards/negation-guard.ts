import type { Comparison, Nearness } from './comparison.ts';
import { NEGATORS } from './function-words.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';

/** What one prompt denies, excludes or wants to keep from happening, and the other does not. */
export function negationDifference(comparison: Comparison): string | null {
  const { onlyLeft, onlyRight, readings, nearness, rewordings, areStories } = comparison;
  if (areStories && nearness === 'FAR') return null;
  const [left = [], right = []] = readings.map((reading) => negationsOf(reading, nearness));
  if (left.length !== right.length) return `${left[0] ?? 'nothing'} and ${right[0] ?? 'nothing'}`;
  const isReworded = rewordings > 0 && onlyLeft.length > 0 && onlyRight.length > 0;
  if (nearness === 'FAR' || isReworded) return null;
  const [stopLeft, stopRight] = [onlyLeft, onlyRight].map((words) =>
    words.find(({ lemma }) => STOPPING.has(lemma)),
  );
  if ((stopLeft === undefined) === (stopRight === undefined)) return null;
  return `${(stopLeft ?? stopRight)?.text} and none`;
}

function negationsOf({ words }: Reading, nearness: Nearness): string[] {
  const texts = words.map(({ text }) => text);
  return texts.filter((text, index) => {
    const next = texts[index + 1];
    if (next === 'only' || next === 'matter' || next === 'longer') return false;
    if (text === 'fail' || text === 'failed' || text === 'fails') return next === 'to';
    return NEGATORS.has(text) || (nearness !== 'FAR' && NARROWING.has(text));
  });
}

const NARROWING = wordSet('only instead non unless except');

/** What keeps something from being so. */
const STOPPING = wordSet(
  'stop cease avoid prevent fail refuse forbid prohibit ban exclude lack ignore',
);
