import { describe, expect, it } from 'vitest';
import { timingOfRun, usageOfHit, usageOfRun } from '../../../src/generation/accounts.ts';
import { sampleEnd } from '../../contract/run-log.ts';

/** Large costs 3 and 6 USD per million, small 1 and 2; others have no price. */
const baseline = {
  largeModel: 'large',
  priceOf: (model: string, tokens: { inputTokens: number; outputTokens: number }) =>
    model === 'large' ? 3 * tokens.inputTokens + 6 * tokens.outputTokens : null,
};
const uncut = { inputTokensBefore: 8, inputTokensAfter: 8, terms: [] };
const cut = { inputTokensBefore: 108, inputTokensAfter: 8, terms: [] };
const entry = {
  id: 'e',
  namespace: 'default',
  prompt: 'p',
  text: 't',
  reasoning: null,
  model: 'large',
  usage: sampleEnd.usage,
  createdAt: 0,
  expiresAt: 1,
};

describe('the accounts of a generation', () => {
  it('save nothing when the large model got the whole prompt', () => {
    expect(usageOfRun({ ...sampleEnd, costUsd: 60 }, uncut, { baseline })).toEqual({
      inputTokens: 10,
      outputTokens: 5,
      source: 'PROVIDER',
      costUsd: 60,
      savedUsd: 0,
      savedTokens: 0,
    });
  });

  it('save what a smaller model and a shorter prompt cost less', () => {
    const usage = usageOfRun({ ...sampleEnd, costUsd: 20 }, cut, { baseline });
    expect(usage).toMatchObject({ savedUsd: 3 * 110 + 6 * 5 - 20, savedTokens: 100 });
  });

  it('count a failed call as used, and not twice in what would have been paid', () => {
    const usage = { inputTokens: 30, outputTokens: 9, source: 'ESTIMATED' as const };
    const fallenBack = { ...sampleEnd, usage, costUsd: 50 };
    expect(usageOfRun(fallenBack, uncut, { baseline })).toMatchObject({
      inputTokens: 30,
      savedUsd: 3 * 10 + 6 * 5 - 50,
    });
  });

  it('save a whole call when the answer is cached, and use nothing', () => {
    expect(usageOfHit(entry, cut, { baseline })).toEqual({
      inputTokens: 0,
      outputTokens: 0,
      source: 'PROVIDER',
      costUsd: 0,
      savedUsd: 3 * 110 + 6 * 5,
      savedTokens: 115,
    });
  });

  it('do not tell of a saving when it failed', () => {
    const failed = { ...sampleEnd, status: 'FAILED' as const, costUsd: 12 };
    expect(usageOfRun(failed, uncut, { baseline })).toMatchObject({ costUsd: 12, savedUsd: null });
  });

  it('do not know what was saved while a price is missing', () => {
    const unpriced = { ...baseline, largeModel: 'unpriced' };
    expect(
      usageOfRun({ ...sampleEnd, costUsd: 1 }, uncut, { baseline: unpriced }).savedUsd,
    ).toBeNull();
    expect(usageOfRun(sampleEnd, uncut, { baseline })).toMatchObject({
      costUsd: null,
      savedUsd: null,
    });
    expect(usageOfHit(entry, uncut, { baseline: unpriced })).toMatchObject({
      costUsd: 0,
      savedUsd: null,
    });
  });
});

describe('the timing of a generation', () => {
  it('counts from when the request was accepted, and takes the wait for the upstream off the overhead', () => {
    expect(timingOfRun(sampleEnd, 5)).toEqual({
      firstTokenMs: 25,
      totalMs: 105,
      upstreamMs: 90,
      overheadMs: 15,
    });
  });

  it('has no first token when none came', () => {
    expect(timingOfRun({ ...sampleEnd, firstTokenMs: null }, 5).firstTokenMs).toBeNull();
  });
});
