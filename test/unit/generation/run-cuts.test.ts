import { describe, expect, it } from 'vitest';
import { type CutEvent, createRunCuts } from '../../../src/generation/run-cuts.ts';

const cutOne: CutEvent = {
  seq: 3,
  type: 'cut',
  generationId: 'one',
  failure: { code: 'CANCELLED', message: 'Enough.', retryable: false, retryAfterMs: null },
  afterMs: 20,
  firstTokenMs: 10,
};

describe('the cuts of a run', () => {
  it('are told to whoever waits for them, and to whoever asks later', async () => {
    const cuts = createRunCuts();
    const { made, now } = cuts.of('one');
    expect(now()).toBeNull();
    cuts.note(cutOne);
    expect(await made).toBe(cutOne);
    expect(now()).toBe(cutOne);
    expect(await cuts.of('one').made).toBe(cutOne);
  });

  it('are known although nobody asked before they were made', () => {
    const cuts = createRunCuts();
    cuts.note(cutOne);
    expect(cuts.of('one').now()).toBe(cutOne);
  });

  it('are those of one generation each, the first of them', () => {
    const cuts = createRunCuts();
    cuts.note(cutOne);
    cuts.note({ ...cutOne, seq: 5 });
    expect(cuts.of('one').now()).toBe(cutOne);
    expect(cuts.of('other').now()).toBeNull();
  });
});
