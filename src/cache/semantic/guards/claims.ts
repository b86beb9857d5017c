import type { Comparison } from './comparison.ts';
import { wordSet } from './word-list.ts';

/**
 * Whether neither asks anything: what is told of a thing is true or false by each of its words. Who tells of himself
 * asks for something.
 */
export function areClaims(readings: Comparison['readings']): boolean {
  return readings.every(
    ({ questions, words }) =>
      questions.every((kind) => kind === 'NONE') && !words.some(({ text }) => SPEAKER.has(text)),
  );
}

const SPEAKER = wordSet('i my me we our');
