import { describe, expect, it } from 'vitest';
import type { RoutedOutcome } from '../../../../src/router/outcomes/port.ts';
import { sketchOf } from '../../../../src/router/outcomes/prompt-sketch.ts';
import { createRetryFinder } from '../../../../src/router/outcomes/retries.ts';
import { sampleOutcome } from '../../../support/sample-outcome.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 24, 12);

/** An outcome of a question that was asked at this minute after noon, and took two seconds. */
function asked(minute: number, prompt: string, changes: Partial<RoutedOutcome> = {}) {
  const at = NOON + minute * MINUTE + 2_000;
  return sampleOutcome({ at, totalMs: 2_000, sketch: sketchOf(prompt, 'key'), ...changes });
}

/** Those of some outcomes whose question was asked again, in the end, by their places. */
function askedAgain(outcomes: readonly RoutedOutcome[]): readonly number[] {
  const finder = createRetryFinder({ withinMs: 5 * MINUTE });
  const found = new Map<string, boolean>();
  for (const outcome of outcomes) {
    for (const change of finder.see(outcome)) found.set(change.generationId, change.askedAgain);
  }
  return outcomes.flatMap(({ generationId }, index) => (found.get(generationId) ? [index] : []));
}

const question = 'How much feed do broilers eat a day?';
const rephrased = 'Please, how much feed should broilers eat a day?';
const another = 'How much water do broilers drink a day?';

describe('a question', () => {
  it('that the same person asks again within minutes was not answered well', () => {
    expect(askedAgain([asked(0, question), asked(2, rephrased)])).toEqual([0]);
    expect(askedAgain([asked(0, question), asked(1, question), asked(2, rephrased)])).toEqual([
      0, 1,
    ]);
  });

  it('is not asked again by another question, or somebody else', () => {
    expect(askedAgain([asked(0, question), asked(2, another)])).toEqual([]);
    expect(askedAgain([asked(0, question), asked(2, question, { unit: 'another' })])).toEqual([]);
  });

  it('is not asked again by nobody in particular', () => {
    const unknown = { unit: null };
    expect(askedAgain([asked(0, question, unknown), asked(2, question, unknown)])).toEqual([]);
  });

  it('is not asked again after a longer time', () => {
    expect(askedAgain([asked(0, question), asked(5, question)])).toEqual([0]);
    expect(askedAgain([asked(0, question), asked(5.1, question)])).toEqual([]);
  });

  it('is not asked again before it was answered', () => {
    const slow = asked(0, question, { at: NOON + MINUTE, totalMs: MINUTE });
    expect(askedAgain([asked(0.5, question), slow])).toEqual([]);
    expect(askedAgain([slow, asked(0.5, question)])).toEqual([]);
  });

  it('is found in whichever order processes have logged', () => {
    expect(askedAgain([asked(2, rephrased), asked(0, question)])).toEqual([1]);
  });

  it('that comes in an outcome twice counts once', () => {
    const outcome = asked(0, question);
    expect(askedAgain([outcome, outcome])).toEqual([]);
  });

  it('that a program asks over and over says nothing of the answers', () => {
    const times = (count: number) =>
      Array.from({ length: count }, (_, index) => asked(index / 2, question));
    expect(askedAgain(times(4))).toEqual([0, 1, 2]);
    expect(askedAgain(times(5))).toEqual([]);
    expect(askedAgain(times(40))).toEqual([]);
  });
});
