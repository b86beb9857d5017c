import {
  type ArmState,
  CELLS,
  type CellState,
  firstTextStep,
} from '../../src/telemetry/arm-state.ts';

/** What the requests of an experiment are like where the treatment changes nothing. */
export type Traffic = {
  /** In both arms together, once all take part; null: each request is of another user. */
  readonly users: number | null;
  /** Of the users who never get an answer. */
  readonly hopeless: number;
  /** Shares of the users who take part: the first for the first part of the requests, and so on, in equal parts. */
  readonly ramp: readonly number[];
  /** How far rates, costs and times swing in the course of a run, in parts of them; 0: not at all. */
  readonly swing: number;
  readonly failureRate: number;
  /** Costs and times to the first text, in units of a typical one. */
  readonly cost: Draw;
  readonly firstText: Draw;
  /** Of answers that are rated. */
  readonly rated: number;
  /** Of ratings that are good. */
  readonly good: number;
};

type Draw = (random: () => number) => number;

/** What the treatment changes: rates by so much, costs and times by so many parts of them. */
export type Effect = {
  readonly failureRate?: number;
  readonly cost?: number;
  readonly firstText?: number;
  readonly good?: number;
};

export type SimulatedArms = { readonly control: ArmState; readonly treatment: ArmState };

/**
 * Plays so many requests, half of them in each arm as far as chance has it, and shows the totals after each. They change with
 * the next request. Ends early where `isOver` says so; resolves to how many requests there were.
 */
export function playTraffic(
  traffic: Traffic,
  effect: Effect,
  requests: number,
  random: () => number,
  isOver: (arms: SimulatedArms, request: number) => boolean,
): number {
  const arms = { control: emptyArm('control'), treatment: emptyArm('treatment') };
  const nextUser = usersOf(traffic, random);
  for (let request = 1; request <= requests; request++) {
    const progress = (request - 1) / requests;
    const user = nextUser(progress);
    const cell = arms[user.arm].cells[user.cell];
    const changes = user.arm === 'treatment' ? effect : {};
    if (cell) playRequest(cell, traffic, user, changes, swingAt(traffic, progress), random);
    if (isOver(arms, request)) return request;
  }
  return requests;
}

export function logNormal(sigma: number): Draw {
  return (random) => Math.exp(sigma * normal(random));
}

export function pareto(index: number): Draw {
  return (random) => (1 - random()) ** (-1 / index);
}

type User = {
  readonly arm: keyof SimulatedArms;
  readonly cell: number;
  /** What his own are, in parts of the rates, costs and times of all. */
  readonly failures: number;
  readonly cost: number;
  readonly firstText: number;
  /** By how much he rates better than others. */
  readonly good: number;
};

/** Users are as busy as a Pareto law of index 1.2 makes them: the busiest of a thousand makes every tenth request. */
const activity = pareto(1.2);

function usersOf(traffic: Traffic, random: () => number): (progress: number) => User {
  const { users, ramp } = traffic;
  if (users === null) return () => ({ ...newcomer(random), ...LIKE_ALL });
  const everybody = Array.from({ length: users }, () => regular(traffic, random));
  /** How busy the users are up to each one, together. */
  const busy: number[] = [];
  return (progress) => {
    const share = ramp[Math.floor(progress * ramp.length)] ?? 1;
    while (busy.length < share * users) busy.push((busy.at(-1) ?? 0) + activity(random));
    const found = everybody[firstAbove(busy, random() * (busy.at(-1) ?? 0))];
    return found ?? regular(traffic, random);
  };
}

const LIKE_ALL = { failures: 1, cost: 1, firstText: 1, good: 0 };

function newcomer(random: () => number): Pick<User, 'arm' | 'cell'> {
  return {
    arm: random() < 0.5 ? 'control' : 'treatment',
    cell: Math.floor(random() * CELLS),
  };
}

function regular({ hopeless }: Traffic, random: () => number): User {
  return {
    ...newcomer(random),
    failures: random() < hopeless ? CERTAIN : Math.exp(normal(random) - 0.5),
    cost: Math.exp(normal(random)),
    firstText: Math.exp(normal(random) / 2),
    good: normal(random) / 5,
  };
}

/** So many times any rate above zero is above one. */
const CERTAIN = 1_000_000;

/** The index of the first one of rising numbers that is above a number. */
function firstAbove(rising: readonly number[], number: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) > number) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Two waves, and an outage. */
function swingAt({ swing }: Traffic, progress: number): number {
  const outage = progress > 0.6 && progress < 0.65 ? 3 * swing : 0;
  return 1 + swing * Math.sin(4 * Math.PI * progress) + outage;
}

type Cell = {
  -readonly [Key in keyof CellState]: CellState[Key] extends number ? number : number[];
};

function playRequest(
  cell: Cell,
  traffic: Traffic,
  user: User,
  effect: Effect,
  swing: number,
  random: () => number,
): void {
  cell.requests += 1;
  if (random() < traffic.failureRate * user.failures * swing + (effect.failureRate ?? 0)) {
    cell.failures += 1;
    return;
  }
  cell.priced += 1;
  cell.costUsd += 0.001 * traffic.cost(random) * user.cost * swing * (1 + (effect.cost ?? 0));
  const ms =
    500 * traffic.firstText(random) * user.firstText * swing * (1 + (effect.firstText ?? 0));
  countFirstText(cell, firstTextStep(ms));
  if (random() >= traffic.rated) return;
  cell.ratings += 1;
  if (random() < traffic.good + user.good + (effect.good ?? 0)) cell.goodRatings += 1;
}

function countFirstText(cell: Cell, step: number): void {
  const known = cell.firstTextSteps.indexOf(step);
  const at = known === -1 ? cell.firstTextSteps.push(step) - 1 : known;
  cell.firstTextCounts[at] = (cell.firstTextCounts[at] ?? 0) + 1;
}

function emptyArm(arm: string): ArmState & { readonly cells: readonly Cell[] } {
  const cells = Array.from({ length: CELLS }, (_, cell) => emptyCell(cell));
  return { experiment: 'simulated', run: '1', arm, cells };
}

function emptyCell(cell: number): Cell {
  return {
    cell,
    requests: 0,
    failures: 0,
    priced: 0,
    costUsd: 0,
    ratings: 0,
    goodRatings: 0,
    firstTextSteps: [],
    firstTextCounts: [],
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
