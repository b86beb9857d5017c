import {
  type Effect,
  logNormal,
  pareto,
  type Traffic,
} from '../../test/support/simulated-traffic.ts';

/** A traffic, and what the treatment changes in it. */
export type Scenario = {
  /** As the first column of a table. */
  readonly name: string;
  readonly traffic: Traffic;
  readonly effect: Effect;
};

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
const MANY_REGULARS: Traffic = { ...REGULARS, users: 20_000 };
const POWER_TAILS = { cost: pareto(2.1), firstText: pareto(1.2) };

const TRAFFICS: readonly (readonly [string, Traffic])[] = [
  ['each request of another user', EVEN],
  ['2,000 users, unlike and unequally busy, 2 % of them without any answer', REGULARS],
  ['60 users, 10 % of them without any answer', { ...REGULARS, users: 60, hopeless: 0.1 }],
  [
    'costs log-normal with σ = 2, times with σ = 1.5',
    { ...EVEN, cost: logNormal(2), firstText: logNormal(1.5) },
  ],
  ['costs with Pareto tails of index 2.1, times of index 1.2', { ...EVEN, ...POWER_TAILS }],
  ['the same, of 2,000 unlike users', { ...REGULARS, ...POWER_TAILS }],
  [
    'ramp 10 → 30 → 50 % over 20,000 users, rates, costs and times swinging by half, an outage',
    { ...EVEN, users: 20_000, ramp: [0.2, 0.6, 1], swing: 0.5 },
  ],
];

/** The arms are equal: whatever is found is a false alarm. */
export const EQUAL_ARMS: readonly Scenario[] = TRAFFICS.map(([name, traffic]) => ({
  name,
  traffic,
  effect: {},
}));

/** As much worse as `AT_TOLERANCE` tolerates, in all four. */
export const WORSE_BY_TOLERANCE: readonly Scenario[] = TRAFFICS.map(([name, traffic]) => ({
  name,
  traffic,
  effect: { failureRate: 0.02, firstText: 0.2, cost: 0.2, good: -0.05 },
}));

/** Each request is of another user. */
export const HARMS: readonly Scenario[] = [
  { name: 'all requests fail', traffic: EVEN, effect: { failureRate: 1 } },
  { name: '3 % fail instead of 1 %', traffic: EVEN, effect: { failureRate: 0.02 } },
  {
    name: '23 % fail instead of 20 %',
    traffic: { ...EVEN, failureRate: 0.2 },
    effect: { failureRate: 0.03 },
  },
  {
    name: 'the 95th percentile of the first text is 30 % later',
    traffic: EVEN,
    effect: { firstText: 0.3 },
  },
  {
    name: 'costs 20 % more (log-normal costs, σ = 1)',
    traffic: EVEN,
    effect: { cost: 0.2 },
  },
  {
    name: 'costs 20 % more (σ = 1.5)',
    traffic: { ...EVEN, cost: logNormal(1.5) },
    effect: { cost: 0.2 },
  },
  {
    name: 'rated good 75 times of 100 instead of 80',
    traffic: EVEN,
    effect: { good: -0.05 },
  },
];

/** Of 20,000 users in both arms together, who are unlike and unequally busy. */
export const HARMS_TO_UNLIKE_USERS: readonly Scenario[] = [
  { name: 'all requests fail', traffic: MANY_REGULARS, effect: { failureRate: 1 } },
  { name: 'the first text is 30 % later', traffic: MANY_REGULARS, effect: { firstText: 0.3 } },
  { name: 'five points more fail', traffic: MANY_REGULARS, effect: { failureRate: 0.05 } },
  { name: 'two points more fail', traffic: MANY_REGULARS, effect: { failureRate: 0.02 } },
  { name: 'costs 20 % more', traffic: MANY_REGULARS, effect: { cost: 0.2 } },
  { name: 'rated good five points less often', traffic: MANY_REGULARS, effect: { good: -0.05 } },
];
