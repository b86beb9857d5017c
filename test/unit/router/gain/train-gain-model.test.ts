import { describe, expect, test } from 'vitest';
import { openGainModel } from '../../../../src/router/gain/open-gain-model.ts';
import { promptFeatures } from '../../../../src/router/gain/prompt-features.ts';
import { seededRandom } from '../../../../src/router/gain/seeded-random.ts';
import { TooFewOutcomes, trainGainModel } from '../../../../src/router/gain/train-gain-model.ts';
import type { TrainingOutcome } from '../../../../src/router/gain/training-outcome.ts';
import { promptOf, sumsAndTales, TRUE_QUALITY, vectorOf } from './sums-and-tales.ts';

const about = {
  pair: { small: 'little', large: 'big' },
  trainedOn: 'Made-up sums and tales.',
  trainedAt: '2026-01-01T00:00:00.000Z',
  encoder: 'made-up/',
};

describe('a gain model', () => {
  test('expects the qualities that the models have for each kind of prompt', () => {
    const model = trained(sumsAndTales(600, 1));
    for (const kind of ['sum', 'tale'] as const) {
      const expected = meanExpectation(model, kind);
      expect(expected.smallGood).toBeCloseTo(TRUE_QUALITY[kind].small, 1);
      expect(expected.largeGood).toBeCloseTo(TRUE_QUALITY[kind].large, 1);
    }
  });

  test('expects a gain that is the difference of the two', () => {
    const random = seededRandom(2);
    const model = trained(sumsAndTales(300, 2));
    const expected = model.expect(promptFeatures(promptOf('sum', random), vectorOf('sum', random)));
    expect(expected.gain).toBe(expected.largeGood - expected.smallGood);
    expect(expected.gain).toBeGreaterThan(0.4);
  });

  test('tells what it was trained on, and how well it did on what it had not seen', () => {
    const { about: told } = trained(sumsAndTales(600, 3));
    expect(told).toMatchObject({ ...about, outcomes: 600 });
    // Between kinds of equal size gains differ by 0.65: a perfect order adds an eighth of that.
    const { uplift, standardError, apgr, ece, n, acrossDomains } = told.heldOut;
    expect(uplift).toBeGreaterThan(0.05);
    expect(uplift).toBeLessThan(0.11);
    expect(standardError).toBeLessThan(0.015);
    expect(apgr).toBeGreaterThan(0.6);
    expect(ece).toBeLessThan(0.06);
    expect(n).toBe(600);
    expect(acrossDomains).toBeNull();
  });

  test('claims no skill where the prompt says nothing of the gain', () => {
    const random = seededRandom(4);
    const noise = sumsAndTales(600, 4).map((outcome) => ({
      ...outcome,
      small: Number(random() < 0.5),
      large: Number(random() < 0.7),
    }));
    const { uplift, standardError } = trained(noise).about.heldOut;
    expect(Math.abs(uplift)).toBeLessThan(3 * standardError);
  });

  test('does without the vector of a prompt', () => {
    const random = seededRandom(5);
    const model = trained(sumsAndTales(300, 5));
    const gainOf = (kind: 'sum' | 'tale') =>
      model.expect(promptFeatures(promptOf(kind, random), null)).gain;
    expect(gainOf('sum')).toBeGreaterThan(gainOf('tale') + 0.3);
  });

  test('does without the vectors of another encoder', () => {
    const random = seededRandom(6);
    const model = trained(sumsAndTales(300, 6));
    const prompt = promptOf('sum', random);
    const foreign = new Float32Array(1_024).fill(1 / 32);
    expect(model.expect(promptFeatures(prompt, foreign))).toEqual(
      model.expect(promptFeatures(prompt, null)),
    );
  });

  test('finds prompts of its kinds familiar, and others not', () => {
    const random = seededRandom(7);
    const model = trained(sumsAndTales(400, 7));
    const own = meanOf(
      ['sum', 'tale', 'sum', 'tale'] as const,
      (kind) =>
        model.expect(promptFeatures(promptOf(kind, random), vectorOf(kind, random))).familiarity,
    );
    const elsewhere = vectorOf('sum', random).map((_, at) => (at === 5 ? 1 : 0));
    const code = 'def f(x):\n    return {"a": x ** 2}\n```';
    expect(own).toBeGreaterThan(0.25);
    expect(model.expect(promptFeatures(code, elsewhere)).familiarity).toBe(0);
    expect(model.expect(promptFeatures(code, null)).familiarity).toBe(0);
  });
});

describe('training', () => {
  test('gives the same model for the same outcomes and seed, and another for another seed', () => {
    const outcomes = sumsAndTales(200, 8);
    const [one, same, other] = [1, 1, 2].map((seed) => trainGainModel(outcomes, { seed, about }));
    expect(same).toEqual(one);
    expect(other?.about.version).not.toBe(one?.about.version);
  });

  test('is not told the domain, but measures by it', () => {
    const outcomes = sumsAndTales(400, 9);
    const told = outcomes.map((outcome, at) => ({
      ...outcome,
      domain: `domain ${Math.floor(at / 2) % 4}`,
    }));
    const without = trainGainModel(outcomes, { seed: 1, about });
    const withDomains = trainGainModel(told, { seed: 1, about });
    expect(withDomains.experts).toEqual(without.experts);
    expect(withDomains.about.heldOut.acrossDomains).toMatchObject({ domains: 4 });
    expect(withDomains.about.heldOut.acrossDomains?.uplift).toBeGreaterThan(0.04);
  });

  test('learns from a log in which each prompt went to one model', () => {
    const model = trained(
      sumsAndTales(800, 10).map((outcome, at) =>
        at % 4 < 2 ? { ...outcome, large: null } : { ...outcome, small: null },
      ),
    );
    const sum = meanExpectation(model, 'sum');
    const tale = meanExpectation(model, 'tale');
    expect(sum.largeGood - sum.smallGood).toBeGreaterThan(tale.largeGood - tale.smallGood + 0.35);
    // Of no prompt both answers are known: nothing was measured.
    expect(model.about.heldOut).toMatchObject({ n: 0, uplift: 0 });
  });

  test('learns from shares as well as from good and bad', () => {
    const model = trained(
      sumsAndTales(400, 11).map((outcome) => ({
        ...outcome,
        small: outcome.small === 1 ? 0.75 : 0.25,
      })),
    );
    expect(meanExpectation(model, 'sum').smallGood).toBeCloseTo(0.35, 1);
    expect(meanExpectation(model, 'tale').smallGood).toBeCloseTo(0.65, 1);
  });

  test('learns where all answers are good', () => {
    const model = trained(
      sumsAndTales(300, 12).map((outcome) => ({ ...outcome, small: 1, large: 1 })),
    );
    const { smallGood, largeGood } = meanExpectation(model, 'sum');
    expect(smallGood).toBeGreaterThan(0.95);
    expect(largeGood).toBeGreaterThan(0.95);
  });

  test('learns without any vectors', () => {
    const model = trained(sumsAndTales(400, 13, { withVectors: false }));
    expect(meanExpectation(model, 'sum').smallGood).toBeLessThan(0.4);
    expect(meanExpectation(model, 'tale').smallGood).toBeGreaterThan(0.6);
  });

  test('refuses what is too little, and says what is missing', () => {
    const outcomes = sumsAndTales(300, 14).map((outcome, at) =>
      at < 201 ? { ...outcome, large: null } : outcome,
    );
    expect(() => trained(outcomes)).toThrow(TooFewOutcomes);
    expect(() => trained(outcomes)).toThrow(
      'To learn from are 99 answers of the large model whose quality is known; 100 are needed.',
    );
    expect(() => trained([])).toThrow(TooFewOutcomes);
  });
});

function trained(outcomes: readonly TrainingOutcome[]) {
  return openGainModel(trainGainModel(outcomes, { seed: 1, about }));
}

/** Over fifty prompts that it was not trained on. */
function meanExpectation(model: ReturnType<typeof trained>, kind: 'sum' | 'tale') {
  const random = seededRandom(99);
  const expected = Array.from({ length: 50 }, () =>
    model.expect(promptFeatures(promptOf(kind, random), vectorOf(kind, random))),
  );
  return {
    smallGood: meanOf(expected, ({ smallGood }) => smallGood),
    largeGood: meanOf(expected, ({ largeGood }) => largeGood),
  };
}

function meanOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}
