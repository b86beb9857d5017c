import { describe, expect, it } from 'vitest';
import { judgeGuardrails } from '../../../../src/router/experiments/guardrails.ts';
import type { Guardrails } from '../../../../src/router/experiments/port.ts';
import { sampleRatio } from '../../../../src/router/experiments/sample-ratio.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import {
  type Effect,
  logNormal,
  pareto,
  playTraffic,
  type SimulatedArms,
  type Traffic,
} from '../../../support/simulated-traffic.ts';

const LONG = process.env['TEST_LONG'] === 'true';
const RUNS = LONG ? 1_000 : 40;
const REQUESTS = LONG ? 20_000 : 3_000;
const TIMEOUT = { timeout: LONG ? 1_800_000 : 60_000 };

/** Each is watched, and nothing is tolerated: the case in which a false alarm is most likely. */
const STRICT: Guardrails = { errorRate: 0, firstTextP95: 0, cost: 0, rating: 0 };

const EVEN: Traffic = {
  users: null,
  hopeless: 0,
  ramp: [1],
  swing: 0,
  failureRate: 0.01,
  cost: logNormal(1),
  firstText: logNormal(0.7),
  rated: 0.3,
  good: 0.8,
};
const REGULARS: Traffic = { ...EVEN, users: 2_000, hopeless: 0.02, failureRate: 0.05 };
type Named = readonly [string, Traffic];
const NAMED: readonly Named[] = [
  ['each of another user', EVEN],
  ['of users who are unlike and unequally busy', REGULARS],
  ['that swing, on a ramp', { ...EVEN, users: 20_000, ramp: [0.2, 0.6, 1], swing: 0.5 }],
  [
    'with power tails, of regular users',
    { ...REGULARS, cost: pareto(2.1), firstText: pareto(1.2) },
  ],
];
const ALL: readonly Named[] = [
  ...NAMED,
  ['of a few dozen users', { ...REGULARS, users: 60, hopeless: 0.1 }],
  ['with log-normal tails', { ...EVEN, cost: logNormal(2), firstText: logNormal(1.5) }],
  ['with power tails', { ...EVEN, cost: pareto(2.1), firstText: pareto(1.2) }],
];

describe('guardrails, looked at over and over', () => {
  it.for(ALL)('cry wolf in at most 5 of 100 runs with requests %s', TIMEOUT, ([, traffic]) => {
    expect(shareOfRuns(traffic, {}, isHarm(STRICT))).toBeLessThanOrEqual(0.05);
  });

  it.for(LONG ? ALL : NAMED)(
    'allow what they tolerate, with requests %s',
    TIMEOUT,
    ([, traffic]) => {
      const effect: Effect = { failureRate: 0.02, firstText: 0.2, cost: 0.2, good: -0.05 };
      const tolerated = { errorRate: 0.02, firstTextP95: 0.2, cost: 0.2, rating: 0.05 };
      expect(shareOfRuns(traffic, effect, isHarm(tolerated))).toBeLessThanOrEqual(0.05);
    },
  );
});

describe('the traffic of these simulations', () => {
  it('makes a z test cry wolf that is looked at over and over', TIMEOUT, () => {
    expect(shareOfRuns(EVEN, {}, isBeyondChance)).toBeGreaterThan(0.1);
    expect(shareOfRuns(REGULARS, {}, isBeyondChance)).toBeGreaterThan(0.2);
  });
});

/** Requests of each arm within which four of five runs must have found the harm. */
const FOUND: readonly (readonly [string, Traffic, Effect, number])[] = [
  ['that all fail', EVEN, { failureRate: 1 }, 30],
  ['that all fail, of regular users', REGULARS, { failureRate: 1 }, 60],
  ['of which 3 % fail, and not 1 %', EVEN, { failureRate: 0.02 }, 2_000],
  [
    'of which 23 % fail, and not 20 %',
    { ...EVEN, failureRate: 0.2 },
    { failureRate: 0.03 },
    10_000,
  ],
  ['that begin 30 % later', EVEN, { firstText: 0.3 }, 1_600],
  ['that cost 20 % more', EVEN, { cost: 0.2 }, 3_000],
  ['that are rated good 5 points less often', EVEN, { good: -0.05 }, 9_000],
];

describe('guardrails', () => {
  it.for(FOUND)('find requests %s', TIMEOUT, ([, traffic, effect, requestsOfArm]) => {
    const runs = LONG ? 200 : 10;
    const found = shareOfRuns(traffic, effect, isHarm(STRICT), 2 * requestsOfArm, runs);
    expect(found).toBeGreaterThanOrEqual(0.8);
  });
});

describe('the sample ratio, looked at over and over', () => {
  it.for(LONG ? ALL : NAMED)('fits equal shares with requests %s', TIMEOUT, ([, traffic]) => {
    expect(shareOfRuns(traffic, {}, isMismatch)).toBeLessThanOrEqual(LONG ? 0.003 : 0);
  });
});

type Look = (arms: SimulatedArms) => boolean;

function isHarm(guardrails: Guardrails): Look {
  return ({ control, treatment }) =>
    judgeGuardrails(guardrails, control, treatment).verdict === 'harm';
}

function isMismatch({ control, treatment }: SimulatedArms): boolean {
  return sampleRatio(control, treatment).mismatch;
}

/** What a z test of level 2.5 % makes of the failures, each of them counted as if it were of another user. */
function isBeyondChance({ control, treatment }: SimulatedArms): boolean {
  const [one, other] = [control, treatment].map(({ cells }) => {
    const requests = cells.reduce((sum, cell) => sum + cell.requests, 0);
    const share = cells.reduce((sum, cell) => sum + cell.failures, 0) / requests;
    return { share, variance: (share * (1 - share)) / requests };
  });
  if (one === undefined || other === undefined) return false;
  return other.share - one.share > 1.96 * Math.sqrt(one.variance + other.variance);
}

/** Of the runs of an experiment, in how many a look ever finds something. */
function shareOfRuns(
  traffic: Traffic,
  effect: Effect,
  finds: Look,
  requests = REQUESTS,
  runs = RUNS,
): number {
  let found = 0;
  for (let seed = 1; seed <= runs; seed++) {
    let isFound = false;
    playTraffic(traffic, effect, requests, seededRandom(seed), (arms, request) => {
      if (isLookedAt(request)) isFound = finds(arms);
      return isFound;
    });
    if (isFound) found += 1;
  }
  return found / runs;
}

/** Often in the beginning, where there is little to go by; then after each hundred requests of an arm. */
function isLookedAt(request: number): boolean {
  return request % (request <= 400 ? 20 : 200) === 0;
}
