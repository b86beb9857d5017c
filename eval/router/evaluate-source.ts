import type { HeldOut } from '../../src/router/skill/held-out-prior.ts';
import { proveSkill } from '../../src/router/skill/prove-skill.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { BASELINES } from './baselines.ts';
import { bootstrap, type Interval } from './bootstrap.ts';
import { type CalibrationError, calibrationError } from './calibration.ts';
import type { Decided } from './decide.ts';
import { splitExplored } from './outcomes.ts';
import { apgrOf, costAt, type Point, rankingOf, type Scored, tradeOff } from './trade-off.ts';

/** Of the large model's quality, at which costs are compared. */
const QUALITY_KEPT = 0.95;

const DRAWS = 1_000;

export type RoutingFigures = {
  readonly apgr: number;
  readonly apgrLow: number;
  readonly apgrHigh: number;
  /** Cost at 95 % of the large model's quality, as a share of the cost of always asking it. */
  readonly costAt95: number;
  readonly costAt95Low: number;
  readonly costAt95High: number;
};

export type SourceReport = RoutingFigures & {
  /** How many prompts are scored, and how many play the exploration traffic. */
  readonly n: number;
  readonly explored: number;
  /** No skill is proven on the exploration traffic: the fixed split decides, which is a coin. */
  readonly fallback: boolean;
  readonly skill: string;
  readonly familiarity: number;
  /** Of both heads; see `calibrationError`. */
  readonly ece: number;
  readonly eceUncorrected: number;
  readonly p50DecisionMs: number;
  readonly p99DecisionMs: number;
  /** The learned gain as if its skill were proven, and others on the same prompts. */
  readonly routers: Readonly<Record<Contestant, RoutingFigures>>;
};

type Contestant = 'learned' | keyof typeof BASELINES;

/** Curves of the scored prompts, to be drawn. */
export type SourceCurves = Readonly<Record<Contestant, readonly Point[]>>;

/**
 * How good the choices are for the prompts of one source. A tenth of them, drawn by the seed, plays the exploration
 * traffic: whether there is a proven skill is decided on it alone, and it is not scored.
 *
 * @param heldOut what the model showed on held-out outcomes of its training
 */
export function evaluateSource(
  decided: readonly Decided[],
  options: { readonly heldOut: HeldOut; readonly seed: number },
): { readonly report: SourceReport; readonly curves: SourceCurves } {
  const { explored, scored } = splitExplored(decided, options.seed);
  const skill = proveSkill(
    explored.map(({ outcome: { small, large }, expected: { gain, familiarity } }) => ({
      ...{ small, large, familiarity },
      score: gain,
      propensity: 1,
    })),
    options,
  );
  const { routers, curves } = figuresOfAll(scored, options.seed);
  const times = scored.map(({ ms }) => ms).sort((one, other) => one - other);
  const calibration = calibrationOf(scored);
  const report = {
    n: scored.length,
    explored: explored.length,
    ...(skill.proven ? routers.learned : routers.random),
    fallback: !skill.proven,
    skill: skill.statement,
    familiarity: meanOf(explored.map(({ expected }) => expected.familiarity)),
    ece: calibration.error,
    eceUncorrected: calibration.uncorrected,
    p50DecisionMs: quantileOf(times, 0.5),
    p99DecisionMs: quantileOf(times, 0.99),
    routers,
  };
  return { report, curves };
}

function figuresOfAll(scored: readonly Decided[], seed: number) {
  const contestants = Object.entries(rowsOfAll(scored)).map(([name, rows]) => {
    const ranking = rankingOf(rows);
    return { name, curve: (counts?: Uint16Array) => tradeOff(rows, ranking, counts) };
  });
  const figures = (curve: readonly Point[]) => [apgrOf(curve), costAt(curve, QUALITY_KEPT)];
  const intervals = bootstrap(
    scored.length,
    (counts) => contestants.flatMap(({ curve }) => figures(curve(counts))),
    { draws: DRAWS, random: seededRandom(seed) },
  );
  const curves = contestants.map(({ name, curve }) => [name, curve()] as const);
  const routers = curves.map(([name, curve], at) => {
    const [apgrLow, apgrHigh] = intervals[2 * at] ?? NO_INTERVAL;
    const [costAt95Low, costAt95High] = intervals[2 * at + 1] ?? NO_INTERVAL;
    const costAt95 = costAt(curve, QUALITY_KEPT);
    return [
      name,
      { apgr: apgrOf(curve), apgrLow, apgrHigh, costAt95, costAt95Low, costAt95High },
    ] as const;
  });
  return {
    curves: Object.fromEntries(curves) as SourceCurves,
    routers: Object.fromEntries(routers) as SourceReport['routers'],
  };
}

const NO_INTERVAL: Interval = [Number.NaN, Number.NaN];

function rowsOfAll(scored: readonly Decided[]): Readonly<Record<Contestant, readonly Scored[]>> {
  const scoredBy = (scoreOf: (decided: Decided) => number) =>
    scored.map((decided) => {
      const { small, large } = decided.outcome;
      return { score: scoreOf(decided), small, large };
    });
  const byBaseline = (name: keyof typeof BASELINES) =>
    scoredBy(({ outcome }) => BASELINES[name](outcome));
  return {
    learned: scoredBy(({ expected }) => expected.gain),
    random: byBaseline('random'),
    length: byBaseline('length'),
    twelvePhrases: byBaseline('twelvePhrases'),
    complexity: byBaseline('complexity'),
    oracle: byBaseline('oracle'),
  };
}

/** Of both heads together. */
export function calibrationOf(scored: readonly Decided[]): CalibrationError {
  return calibrationError([
    scored.map(({ outcome, expected }) => ({ expected: expected.smallGood, true: outcome.small })),
    scored.map(({ outcome, expected }) => ({ expected: expected.largeGood, true: outcome.large })),
  ]);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function quantileOf(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
