import { describe, expect, it } from 'vitest';
import { byGain, type GainStrategyOptions } from '../../../src/router/by-gain.ts';
import type { GainExpectation, GainModel } from '../../../src/router/gain/gain-model.ts';
import type { ToChoose } from '../../../src/router/tier-choice.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const ABOUT: GainModel['about'] = {
  ...{ version: 'gain-1', pair: null, trainedOn: 'Nothing.', outcomes: 0, trainedAt: '2026-11-25' },
  encoder: 'encoder/1',
  heldOut: {
    ...{ n: 0, uplift: 0, standardError: 1, apgr: 0.5, ece: 0, acrossDomains: null },
  },
};

/** A model that always expects the same, and remembers whether it was given a vector. */
function modelThatExpects(gain: number) {
  const vectors: (Float32Array | null)[] = [];
  const model: GainModel = {
    about: ABOUT,
    expect(features) {
      vectors.push(features.vector);
      return expectationOf(gain);
    },
  };
  return { model, vectors };
}

function expectationOf(gain: number): GainExpectation {
  return { smallGood: 0.9 - gain, largeGood: 0.9, gain, familiarity: 1 };
}

function strategyOf(gain: number, changes: Partial<GainStrategyOptions> = {}) {
  return byGain({
    model: () => modelThatExpects(gain).model,
    vectors: null,
    isProven: () => true,
    worth: { kind: 'lambda', lambda: 0.1 },
    exploration: 0,
    abTestRatio: () => 0.5,
    costOf: (tier) => (tier === 'LARGE' ? 10 : 2),
    random: () => 0.999,
    ...changes,
  });
}

const asked: ToChoose = {
  tenant: 'acme',
  request: sampleRequest(),
  unit: { key: 'somebody', lasting: true },
  inputTokens: 10,
};

describe('routing by expected gain', () => {
  it('asks the large model where it is expected to answer better by more than its price is worth', async () => {
    // It costs 80 % more of its own price, a full price is worth 10 points: 8 points.
    expect(await strategyOf(0.09)(asked)).toMatchObject({ tier: 'LARGE', chosenBy: 'gain' });
    expect(await strategyOf(0.07)(asked)).toMatchObject({
      tier: 'SMALL',
      propensity: 1,
      reason:
        'The large model is expected to answer better by 7.0 points of 100, not more than the 8.0 that its price is worth: the small model answers.',
    });
  });

  it('takes the small model for free where a price is not known', async () => {
    const costOf = () => null;
    expect(await strategyOf(0.09, { costOf })(asked)).toMatchObject({ tier: 'SMALL' });
    expect(await strategyOf(0.11, { costOf })(asked)).toMatchObject({ tier: 'LARGE' });
  });

  it('tells what it expected and of which model, and how hard the prompt looks', async () => {
    expect(await strategyOf(0.2)(asked)).toMatchObject({
      complexity: expect.stringMatching(/SIMPLE|MEDIUM|COMPLEX/),
      expected: { gain: 0.2, model: 'gain-1' },
    });
  });

  it('leaves a share of the prompts to a coin', async () => {
    const tosses = [0.01, 0.3, 0.01, 0.7, 0.06];
    const random = () => tosses.shift() ?? 1;
    const strategy = strategyOf(0.5, { exploration: 0.05, random });
    const coin = { chosenBy: 'exploration', propensity: 0.5 };
    expect(await strategy(asked)).toMatchObject({ ...coin, tier: 'SMALL' });
    expect(await strategy(asked)).toMatchObject({ ...coin, tier: 'LARGE' });
    expect(await strategy(asked)).toMatchObject({ chosenBy: 'gain' });
  });

  it('leaves the choice to the fixed split while it has no proven skill', async () => {
    const unproven = (abTestRatio: number) =>
      strategyOf(0.5, { isProven: () => false, abTestRatio: () => abTestRatio })(asked);
    expect(await unproven(1)).toMatchObject({
      ...{ tier: 'SMALL', chosenBy: 'ratio', propensity: 1 },
      reason: expect.stringContaining('no proven skill'),
      expected: { gain: 0.5 },
    });
    expect(await unproven(0)).toMatchObject({ tier: 'LARGE', propensity: 1 });
  });

  it('gives the model the vector of the prompt, and goes on without when there is none', async () => {
    const vector = new Float32Array([1]);
    const given = async (encoder: string, of: () => Promise<Float32Array>) => {
      const { model, vectors } = modelThatExpects(0.5);
      await strategyOf(0, { model: () => model, vectors: { encoder, of } })(asked);
      return vectors;
    };
    expect(await given('encoder/1/int8', async () => vector)).toEqual([vector]);
    expect(await given('another', async () => vector)).toEqual([null]);
    expect(await given('encoder/1/int8', () => Promise.reject(new Error('late')))).toEqual([null]);
  });

  it('keeps a share of the quality of the large model, by what it expects of late prompts', async () => {
    const gains = Array.from({ length: 400 }, (_, index) => ((index * 7) % 100) / 500);
    const upcoming = [...gains];
    const model = { about: ABOUT, expect: () => expectationOf(upcoming.shift() ?? 0) };
    const strategy = strategyOf(0, { model: () => model, worth: { kind: 'floor', floor: 0.95 } });
    const choices = [];
    for (const gain of gains) choices.push({ gain, tier: (await strategy(asked)).tier });
    const late = choices.slice(200);
    const lost = late.reduce((sum, { gain, tier }) => sum + (tier === 'SMALL' ? gain : 0), 0);
    // 5 % of 0.9, and hardly less: gains are a fifth of a point apart.
    expect(lost / late.length).toBeLessThanOrEqual(0.045);
    expect(lost / late.length).toBeGreaterThan(0.04);
    expect(choices.slice(0, 50).every(({ gain, tier }) => tier === 'LARGE' || gain === 0)).toBe(
      true,
    );
  });
});
