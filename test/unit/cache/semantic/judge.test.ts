import { describe, expect, it, vi } from 'vitest';
import type { ConfidenceModel } from '../../../../src/cache/semantic/confidence.ts';
import { type JudgeOptions, judge } from '../../../../src/cache/semantic/judge.ts';
import { pairDigest } from '../../../../src/cache/semantic/pair-digest.ts';
import { samplePlace } from '../../../support/sample-entry.ts';

const confidence: ConfidenceModel = {
  version: 'test',
  encoder: '',
  pairModel: '',
  intercept: 0,
  weights: { logOdds: 1, similarity: 0 },
  sameForm: 0.99,
  thresholds: [],
  mix: 'a test',
  confidenceLevel: 0.95,
};

const asked = 'How much does a hen eat a day?';

function stored(prompt: string, similarity = 0.9) {
  return { place: samplePlace(), prompt, similarity };
}

function open(changes: Partial<JudgeOptions> = {}) {
  const compare = vi.fn(async (_asked: string, prompts: readonly string[]) => prompts.map(() => 3));
  const options = {
    pairModel: { compare },
    confidence,
    isVetoed: () => false,
    synonyms: undefined,
  };
  return { compare, options: { ...options, ...changes } };
}

describe('the judgement of stored prompts', () => {
  it('asks the model about all that no guard refuses, at once, and keeps their order', async () => {
    const { compare, options } = open();
    const other = 'How much does a cow eat a day?';
    const judged = await judge(
      asked,
      [stored(other), stored('How much do hens eat daily?')],
      options,
    );
    expect(compare.mock.calls.map(([, prompts]) => prompts)).toEqual([
      ['How much do hens eat daily?'],
    ]);
    expect(judged.map(({ refusal }) => refusal?.kind ?? null)).toEqual([expect.any(String), null]);
    expect(judged[1]?.confidence).toBeCloseTo(1 / (1 + Math.exp(-3)));
  });

  it('needs no model for one of the same canonical form', async () => {
    const { compare, options } = open();
    const [judged] = await judge(asked, [stored(`Hi! ${asked} Thanks!`, 0.6)], options);
    expect(judged).toMatchObject({ confidence: 0.99, refusal: null });
    expect(compare).not.toHaveBeenCalled();
  });

  it('refuses what was reported to be different, whatever else is said for it', async () => {
    const pair = pairDigest(asked, `Hi! ${asked} Thanks!`);
    const { options } = open({ isVetoed: (each) => each === pair });
    const [judged] = await judge(asked, [stored(`Hi! ${asked} Thanks!`)], options);
    expect(judged).toMatchObject({ confidence: null, refusal: { kind: 'REPORTED_DIFFERENT' } });
  });

  it('does not look at what is about something else', async () => {
    const { compare, options } = open();
    const [judged] = await judge(asked, [stored('Why is the sky blue at noon?', 0.1)], options);
    expect(judged?.confidence).toBeNull();
    expect(compare).not.toHaveBeenCalled();
  });

  it('refuses all but the same form when the model does not answer', async () => {
    const compare = vi.fn().mockRejectedValue(new Error('away'));
    const { options } = open({ pairModel: { compare } });
    const prompts = [stored('How much do hens eat daily?'), stored(`Hi! ${asked} Thanks!`)];
    const judged = await judge(asked, prompts, options);
    expect(judged).toMatchObject([
      { confidence: null, refusal: { kind: 'OTHER', detail: expect.stringContaining('did not') } },
      { confidence: 0.99, refusal: null },
    ]);
  });
});
