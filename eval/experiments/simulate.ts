import { judgeGuardrails } from '../../src/router/experiments/guardrails.ts';
import type { Guardrails } from '../../src/router/experiments/port.ts';
import { sampleRatio } from '../../src/router/experiments/sample-ratio.ts';
import type { ArmState } from '../../src/telemetry/arm-state.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { playTraffic, type SimulatedArms } from '../../test/support/simulated-traffic.ts';
import type { Scenario } from './traffics.ts';

/** Each is watched, and nothing is tolerated: the case in which a false alarm is most likely. */
export const STRICT: Guardrails = { errorRate: 0, firstTextP95: 0, cost: 0, rating: 0 };

export const AT_TOLERANCE: Guardrails = {
  errorRate: 0.02,
  firstTextP95: 0.2,
  cost: 0.2,
  rating: 0.05,
};

export type Size = {
  readonly runs: number;
  /** Of each arm. */
  readonly requests: number;
};

/** What looks for something in the arms, by its name. */
type Looks<Name extends string> = Readonly<Record<Name, (arms: SimulatedArms) => boolean>>;

/** Requests of each arm after which it was first found; null when it never was. */
type Found<Name extends string> = Readonly<Record<Name, number | null>>;

/** Plays a scenario so many times, with the seeds 1, 2, 3 and so on: what the guardrails find, and when. */
export function findHarm(
  scenario: Scenario,
  guardrails: Guardrails,
  size: Size,
  onRun: () => void,
): readonly (number | null)[] {
  return playRuns(scenario, { harm: looksForHarm(guardrails) }, size, onRun).map(
    ({ harm }) => harm,
  );
}

/** The same with nothing tolerated, and what a sample ratio test and a plain z test find in the same runs. */
export function findAnything(
  scenario: Scenario,
  size: Size,
  onRun: () => void,
): readonly Found<'harm' | 'mismatch' | 'zTest'>[] {
  const looks = {
    harm: looksForHarm(STRICT),
    mismatch: ({ control, treatment }: SimulatedArms) => sampleRatio(control, treatment).mismatch,
    zTest: isBeyondChance,
  };
  return playRuns(scenario, looks, size, onRun);
}

function looksForHarm(guardrails: Guardrails) {
  return ({ control, treatment }: SimulatedArms) =>
    judgeGuardrails(guardrails, control, treatment).verdict === 'harm';
}

function playRuns<Name extends string>(
  scenario: Scenario,
  looks: Looks<Name>,
  { runs, requests }: Size,
  onRun: () => void,
): readonly Found<Name>[] {
  return Array.from({ length: runs }, (_, run) => {
    const found = playRun(scenario, looks, requests, run + 1);
    onRun();
    return found;
  });
}

/** Nothing is looked for any more once it was found. */
function playRun<Name extends string>(
  { traffic, effect }: Scenario,
  looks: Looks<Name>,
  requestsOfArm: number,
  seed: number,
): Found<Name> {
  const names = Object.keys(looks) as Name[];
  const found = Object.fromEntries(names.map((name) => [name, null])) as Record<
    Name,
    number | null
  >;
  playTraffic(traffic, effect, 2 * requestsOfArm, seededRandom(seed), (arms, request) => {
    if (!isLookedAt(request)) return false;
    for (const name of names) {
      if (found[name] === null && looks[name](arms)) found[name] = request / 2;
    }
    return names.every((name) => found[name] !== null);
  });
  return found;
}

/** Often in the beginning, where there is little to go by; then after each hundred requests of an arm. */
function isLookedAt(request: number): boolean {
  return request % (request <= 400 ? 20 : 200) === 0;
}

/** What a two-sided z test of level 5 % makes of the failures, each of them counted as if it were of another user. */
function isBeyondChance({ control, treatment }: SimulatedArms): boolean {
  const [one, other] = [failuresOf(control), failuresOf(treatment)];
  return Math.abs(other.share - one.share) > 1.96 * Math.sqrt(one.variance + other.variance);
}

function failuresOf({ cells }: ArmState) {
  const requests = cells.reduce((sum, cell) => sum + cell.requests, 0);
  const share = cells.reduce((sum, cell) => sum + cell.failures, 0) / requests;
  return { share, variance: (share * (1 - share)) / requests };
}
