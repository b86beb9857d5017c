import { upliftOf } from '../skill/uplift.ts';
import { type Calibration, calibrated, fitCalibration } from './calibration.ts';
import type { HeldOutOutcome } from './cross-validate.ts';
import type { HeldOutSkill, SkillAcrossDomains } from './gain-model.ts';

/** Fewer outcomes of a domain say nothing of the skill in it. */
const FEWEST_IN_DOMAIN = 20;
const BINS = 15;

export type Calibrations = { readonly small: Calibration; readonly large: Calibration };

export function fitCalibrations(held: readonly HeldOutOutcome[]): Calibrations {
  return { small: calibrationOf(held, 'small'), large: calibrationOf(held, 'large') };
}

function calibrationOf(held: readonly HeldOutOutcome[], model: 'small' | 'large'): Calibration {
  return fitCalibration(
    held.flatMap(({ outcome, opinions }) => {
      const quality = outcome[model];
      return quality === null ? [] : [{ opinion: opinions[model], quality }];
    }),
  );
}

type Expected = { readonly held: HeldOutOutcome; readonly small: number; readonly large: number };

/** Calibrated by what the other folds say, so that the calibration has not seen it either. */
function expectHeldOut(held: readonly HeldOutOutcome[]): readonly Expected[] {
  const folds = new Set(held.map(({ fold }) => fold));
  return [...folds].flatMap((fold) => {
    const calibrations = fitCalibrations(held.filter((each) => each.fold !== fold));
    return held
      .filter((each) => each.fold === fold)
      .map((each) => ({
        held: each,
        small: calibrated(calibrations.small, each.opinions.small),
        large: calibrated(calibrations.large, each.opinions.large),
      }));
  });
}

/**
 * @param byWords folds of outcomes that are alike
 * @param byDomain folds of whole domains; null: none are known
 */
export function heldOutSkill(
  byWords: readonly HeldOutOutcome[],
  byDomain: readonly HeldOutOutcome[] | null,
): HeldOutSkill {
  const expected = expectHeldOut(byWords);
  const gains = gainsOf(expected);
  const { value: uplift, standardError } = upliftOf(gains.expected, gains.true);
  const mean = gains.true.reduce((sum, gain) => sum + gain, 0) / gains.true.length;
  return {
    n: gains.true.length,
    uplift: finite(uplift),
    standardError: finite(standardError),
    apgr: finite(0.5 + uplift / mean),
    ece: (calibrationError(expected, 'small') + calibrationError(expected, 'large')) / 2,
    acrossDomains: byDomain === null ? null : acrossDomains(expectHeldOut(byDomain)),
  };
}

/** Of the outcomes of which both qualities are known. */
function gainsOf(expected: readonly Expected[]) {
  const known = expected.flatMap(({ held: { outcome }, small, large }) =>
    outcome.small === null || outcome.large === null
      ? []
      : [{ expected: large - small, true: outcome.large - outcome.small }],
  );
  return { expected: known.map((each) => each.expected), true: known.map((each) => each.true) };
}

/** Where no outcome has both qualities nothing is known: no uplift, and no error of it either. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

/** Mean distance of expected and true quality, over bins of equally many outcomes. */
function calibrationError(expected: readonly Expected[], model: 'small' | 'large'): number {
  const known = expected
    .flatMap((each) => {
      const quality = each.held.outcome[model];
      return quality === null ? [] : [{ expected: each[model], quality }];
    })
    .sort((one, other) => one.expected - other.expected);
  let error = 0;
  for (let bin = 0; bin < BINS; bin += 1) {
    const from = Math.floor((bin * known.length) / BINS);
    const inside = known.slice(from, Math.floor(((bin + 1) * known.length) / BINS));
    const excess = inside.reduce((sum, each) => sum + each.expected - each.quality, 0);
    error += Math.abs(excess) / known.length;
  }
  return error;
}

/**
 * Mean and spread of the uplift between domains, by a random-effects meta-analysis (DerSimonian and Laird 1986). Null
 * where fewer than two domains have enough outcomes.
 */
function acrossDomains(expected: readonly Expected[]): SkillAcrossDomains | null {
  const byDomain = Map.groupBy(expected, ({ held }) => held.outcome.domain ?? '');
  const estimates = [...byDomain.values()]
    .map(gainsOf)
    .filter((gains) => gains.true.length >= FEWEST_IN_DOMAIN)
    .map((gains) => upliftOf(gains.expected, gains.true))
    .filter(({ standardError }) => standardError > 0);
  if (estimates.length < 2) return null;
  const weights = estimates.map(({ standardError }) => standardError ** -2);
  const sum = total(weights);
  const fixed = total(estimates.map(({ value }, at) => value * (weights[at] ?? 0))) / sum;
  const scatter = total(
    estimates.map(({ value }, at) => (weights[at] ?? 0) * (value - fixed) ** 2),
  );
  const scale = sum - total(weights.map((weight) => weight ** 2)) / sum;
  const variance = Math.max(0, (scatter - (estimates.length - 1)) / scale);
  const both = estimates.map(({ standardError }) => 1 / (standardError ** 2 + variance));
  const uplift = total(estimates.map(({ value }, at) => value * (both[at] ?? 0))) / total(both);
  return { domains: estimates.length, uplift, spread: Math.sqrt(variance) };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
