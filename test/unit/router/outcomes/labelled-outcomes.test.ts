import { describe, expect, it } from 'vitest';
import { createLabelling } from '../../../../src/router/outcomes/labelled-outcomes.ts';
import type { OutcomeEntry, RoutedOutcome } from '../../../../src/router/outcomes/port.ts';
import { sketchOf } from '../../../../src/router/outcomes/prompt-sketch.ts';
import { sampleLateSignal, sampleOutcome } from '../../../support/sample-outcome.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

function labelling({ most = 100, silenceIsGood = true } = {}) {
  return createLabelling({ most, silenceIsGood, keep: ({ generationId }) => generationId });
}

/** The quality of the first outcome. */
function qualityIn(
  entries: readonly OutcomeEntry[],
  { now = NOON + HOUR, silenceIsGood = true } = {},
) {
  const labels = labelling({ silenceIsGood });
  for (const entry of entries) labels.take(entry);
  return labels.labelled(now)[0]?.quality;
}

const plain = sampleOutcome({ generationId: 'one', at: NOON });
const good = sampleLateSignal('one', { verdict: 'GOOD' });
const bad = sampleLateSignal('one', { verdict: 'BAD' });

function changed(changes: Partial<RoutedOutcome>): RoutedOutcome {
  return { ...plain, ...changes };
}

describe('the quality of an answer', () => {
  it('is what it was rated, whatever else there is, and the first rating counts', () => {
    expect(qualityIn([plain, bad])).toBe(0);
    expect(qualityIn([plain, good, bad])).toBe(1);
    expect(qualityIn([changed({ signals: ['TRUNCATED'] }), good])).toBe(1);
    expect(qualityIn([changed({ status: 'CANCELLED' }), bad])).toBe(0);
  });

  it('is known from a rating that was logged before it', () => {
    expect(qualityIn([bad, plain])).toBe(0);
  });

  it('is 0 with a bad sign', () => {
    for (const signal of ['TRUNCATED', 'REFUSED', 'INVALID_JSON', 'EMPTY'] as const) {
      expect(qualityIn([changed({ signals: [signal] })])).toBe(0);
    }
  });

  it('is 0 when the question was asked again, cancelled or not', () => {
    const sketch = sketchOf('How much feed do broilers eat a day?', 'key');
    const again = sampleOutcome({ at: NOON + 60_000, sketch });
    expect(qualityIn([changed({ sketch }), again])).toBe(0);
    expect(qualityIn([changed({ sketch, status: 'CANCELLED' }), again])).toBe(0);
  });

  it('is not known of one that failed or was cancelled', () => {
    expect(qualityIn([changed({ status: 'FAILED', signals: ['FAILED'] })])).toBeNull();
    expect(qualityIn([changed({ status: 'CANCELLED' })])).toBeNull();
  });

  it('is 1 when nothing was said against it for a while, if that counts', () => {
    expect(qualityIn([plain])).toBe(1);
    expect(qualityIn([plain], { now: NOON + 60_000 })).toBeNull();
    expect(qualityIn([plain], { silenceIsGood: false })).toBeNull();
  });
});

describe('labelled outcomes', () => {
  it('are the last so many, each once, with what was said of them', () => {
    const labels = labelling({ most: 2 });
    const outcomes = ['a', 'b', 'c'].map((generationId) =>
      sampleOutcome({ generationId, at: NOON, unit: null }),
    );
    const ratings = outcomes.map(({ generationId }) =>
      sampleLateSignal(generationId, { verdict: 'BAD' }),
    );
    for (const entry of [...outcomes, outcomes[2] ?? plain, ...ratings]) labels.take(entry);
    expect(labels.labelled(NOON)).toEqual([
      { outcome: 'b', quality: 0 },
      { outcome: 'c', quality: 0 },
    ]);
  });

  it('come out the same when all of the log is heard again', () => {
    const labels = labelling({ most: 3 });
    const outcomes = Array.from({ length: 10 }, (_, index) =>
      sampleOutcome({ generationId: String(index), at: NOON + index, unit: null }),
    );
    const entries = [...outcomes, sampleLateSignal('8', { verdict: 'BAD' })];
    for (const entry of [...entries, ...entries]) labels.take(entry);
    expect(labels.labelled(NOON + HOUR)).toEqual([
      { outcome: '7', quality: 1 },
      { outcome: '8', quality: 0 },
      { outcome: '9', quality: 1 },
    ]);
  });

  it('leave out what is not to be kept, and still see that its question was asked again', () => {
    const sketch = sketchOf('How much feed do broilers eat a day?', 'key');
    const labels = createLabelling({
      ...{ most: 10, silenceIsGood: true },
      keep: (outcome) => (outcome.chosenBy === 'exploration' ? outcome.generationId : null),
    });
    labels.take(changed({ sketch }));
    labels.take(sampleOutcome({ at: NOON + 60_000, sketch, chosenBy: 'ratio' }));
    expect(labels.labelled(NOON + HOUR)).toEqual([{ outcome: 'one', quality: 0 }]);
  });
});
