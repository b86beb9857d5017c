import { describe, expect, test } from 'vitest';
import type { Explored } from '../../../../src/router/skill/explored.ts';
import type { HeldOut } from '../../../../src/router/skill/held-out-prior.ts';
import { proveSkill } from '../../../../src/router/skill/prove-skill.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const RUNS = 1_000;

/** What 1,000 runs may show of a true share of 2.5 %: three standard errors more. */
const AT_MOST = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / RUNS);

const HELD_OUT: HeldOut = { uplift: 0.03, standardError: 0.002 };
const FAMILIAR = 0.5;
const FOREIGN = 0.05;

/** How the true gain rises with the score, which promises 1: with 0 there is no skill. */
type World = {
  readonly requests: number;
  readonly kept: number;
  readonly familiarity?: number;
  readonly heldOut?: HeldOut | null;
  readonly asked?: 'both' | 'one';
  /** Scores are rounded to so many steps. */
  readonly steps?: number;
};

describe('without held-out evidence', () => {
  test.each([
    { requests: 30, kept: 0 },
    { requests: 65, kept: 0 },
    { requests: 65, kept: 0, steps: 2 },
    { requests: 65, kept: 0, asked: 'one' as const },
    { requests: 400, kept: 0, asked: 'one' as const, steps: 2 },
  ])('a model without skill is called proven in 2.5 of 100 cases: %o', (world) => {
    expect(shareProven({ ...world, heldOut: null })).toBeLessThan(AT_MOST);
  });

  test('skill is found when there are outcomes enough', () => {
    expect(shareProven({ requests: 65, kept: 1, heldOut: null })).toBeLessThan(0.6);
    expect(shareProven({ requests: 600, kept: 1, heldOut: null }, 300)).toBeGreaterThan(0.95);
    expect(
      shareProven({ requests: 1_500, kept: 1, asked: 'one', heldOut: null }, 100),
    ).toBeGreaterThan(0.95);
  });

  test('the interval holds the true uplift', () => {
    const random = seededRandom(21);
    const uplift = TRUE_UPLIFT;
    let held = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const { low, high } = proveSkill(exploredOf({ requests: 80, kept: 1 }, random), {
        heldOut: null,
      });
      if (low <= uplift && uplift <= high) held += 1;
    }

    expect(held / RUNS).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / RUNS));
  });

  test('outcomes that are all equal prove nothing', () => {
    const all = exploredOf({ requests: 200, kept: 1 }, seededRandom(1));
    const equal = all.map((each) => ({ ...each, small: 1, large: 1 }));

    expect(proveSkill(equal, { heldOut: null })).toMatchObject({ proven: false, uplift: 0 });
  });
});

describe('with held-out evidence', () => {
  test('of like prompts, few outcomes that go along with it are enough', () => {
    expect(shareProven({ requests: 65, kept: 1, familiarity: FAMILIAR })).toBeGreaterThan(0.9);
  });

  test('of foreign prompts counts for nothing', () => {
    const foreign = { familiarity: FOREIGN, kept: 0 };

    expect(shareProven({ ...foreign, requests: 80 })).toBeLessThan(AT_MOST);
    expect(shareProven({ ...foreign, requests: 80, kept: -1 })).toBe(0);
  });

  test('skill at foreign prompts is found by the outcomes alone', () => {
    expect(shareProven({ requests: 400, kept: 1, familiarity: FOREIGN }, 300)).toBeGreaterThan(0.9);
  });

  test('outcomes that contradict it take its weight away', () => {
    const familiar = { familiarity: FAMILIAR };

    expect(shareProven({ ...familiar, requests: 1_200, kept: 0 }, 300)).toBeLessThan(0.06);
    expect(shareProven({ ...familiar, requests: 150, kept: -1 }, 300)).toBeLessThan(0.02);
  });

  test('that shows no skill proves none', () => {
    const heldOut = { uplift: -0.001, standardError: 0.002 };

    expect(shareProven({ requests: 65, kept: 0, familiarity: FAMILIAR, heldOut })).toBeLessThan(
      AT_MOST,
    );
  });
});

test('too few outcomes prove nothing, and the statement says so', () => {
  const explored = exploredOf({ requests: 29, kept: 1 }, seededRandom(1));

  expect(proveSkill(explored, { heldOut: HELD_OUT })).toMatchObject({
    explored: 29,
    proven: false,
    statement: 'No proven skill: 29 explored requests with an outcome are too few, 30 are needed.',
  });
});

test('the statement tells what was seen, in points of 100', () => {
  const explored = exploredOf({ requests: 100, kept: 0 }, seededRandom(2));

  const { statement } = proveSkill(explored, { heldOut: null });

  expect(statement).toMatch(
    /^No proven skill: over 100 explored requests the gain over a random split is [+-]\d\.\d points, 95 % interval -\d\.\d to \+\d\.\d\.$/,
  );
});

function shareProven(world: World, runs = RUNS): number {
  const random = seededRandom(9);
  const { heldOut = HELD_OUT } = world;
  let proven = 0;
  for (let run = 0; run < runs; run += 1) {
    if (proveSkill(exploredOf(world, random), { heldOut }).proven) proven += 1;
  }
  return proven / runs;
}

/** Scores spread evenly from 0 to this. */
const MOST_GAIN = 0.4;

/** Of a kept promise: the mean of score * (rank - 1/2). */
const TRUE_UPLIFT = MOST_GAIN / 12;

function exploredOf(world: World, random: () => number): readonly Explored[] {
  const { requests, kept, familiarity = 0, asked = 'both', steps } = world;
  return Array.from({ length: requests }, () => {
    const share = random();
    const seen = steps === undefined ? share : Math.round(share * steps) / steps;
    const better = 0.2 + kept * (seen - 0.5) * MOST_GAIN;
    const small = random() < 0.6 ? 1 : 0;
    // Where the small model fails the large one is good so often that it is better by so much on the whole.
    const large = random() < (small === 1 ? 0.95 : (better + 0.03) / 0.4) ? 1 : 0;
    const one = random() < 0.5;
    const score = seen * MOST_GAIN;
    if (asked === 'both') return { score, familiarity, small, large, propensity: 1 };
    const known = one ? { small, large: null } : { small: null, large };
    return { score, familiarity, ...known, propensity: 0.5 };
  });
}
