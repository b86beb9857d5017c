import { createHash } from 'node:crypto';
import { crossValidate, type HeldOutOutcome, sameWords } from './cross-validate.ts';
import { fitExperts } from './fit-experts.ts';
import type { AboutGainModel } from './gain-model.ts';
import { fitCalibrations, heldOutSkill } from './held-out-skill.ts';
import type { KnownDistances, TrainedGainModel } from './trained-gain-model.ts';
import type { TrainingOutcome } from './training-outcome.ts';

export type TrainingOptions = {
  readonly seed: number;
  readonly about: Pick<AboutGainModel, 'pair' | 'trainedOn' | 'trainedAt' | 'encoder'>;
};

/** Known answers of either model that are needed: of fewer, more noise than rule would be learned. */
const FEWEST_ANSWERS = 100;
const FOLDS = 5;
const DOMAIN_FOLDS = 3;
const QUANTILES = 101;

/**
 * Learns to expect how good either model's answer to a prompt will be, and how good that expectation is: by
 * cross-validation, in which outcomes of like words are held out together.
 *
 * The same for the same outcomes in the same order, options and version of the program. It takes a processor for about a
 * minute for 10,000 outcomes, and keeps the thread busy.
 *
 * @throws TooFewOutcomes when there is too little to learn from
 */
export function trainGainModel(
  outcomes: readonly TrainingOutcome[],
  { seed, about }: TrainingOptions,
): TrainedGainModel {
  assertEnough(outcomes);
  const held = crossValidate(outcomes, sameWords, { folds: FOLDS, seed });
  const experts = fitExperts(outcomes, seed);
  const learned = { experts, ...fitCalibrations(held), distances: knownDistances(held) };
  const heldOut = heldOutSkill(held, holdOutDomains(outcomes, seed));
  return {
    about: { version: versionOf(learned), ...about, outcomes: outcomes.length, heldOut },
    ...learned,
  };
}

function assertEnough(outcomes: readonly TrainingOutcome[]) {
  for (const model of ['small', 'large'] as const) {
    const known = outcomes.filter((outcome) => outcome[model] !== null).length;
    if (known >= FEWEST_ANSWERS) continue;
    throw new TooFewOutcomes(
      `To learn from are ${known} answers of the ${model} model whose quality is known; ${FEWEST_ANSWERS} are needed.`,
    );
  }
}

/** Null when domains are not known, or are too few to learn from some and look at others. */
function holdOutDomains(
  outcomes: readonly TrainingOutcome[],
  seed: number,
): readonly HeldOutOutcome[] | null {
  const known = outcomes.filter(({ domain }) => domain !== undefined);
  const domains = new Set(known.map(({ domain }) => domain));
  if (domains.size < DOMAIN_FOLDS) return null;
  return crossValidate(known, ({ domain }) => domain ?? '', { folds: DOMAIN_FOLDS, seed });
}

function knownDistances(held: readonly HeldOutOutcome[]): KnownDistances {
  return {
    withVector: quantilesOf(held.flatMap(({ opinions }) => opinions.distance ?? [])),
    lexical: quantilesOf(held.map(({ opinions }) => opinions.lexicalDistance)),
  };
}

function quantilesOf(values: readonly number[]): Float32Array {
  const sorted = Float64Array.from(values).sort();
  return Float32Array.from({ length: sorted.length === 0 ? 0 : QUANTILES }, (_, at) => {
    const place = (at / (QUANTILES - 1)) * (sorted.length - 1);
    return sorted[Math.round(place)] ?? 0;
  });
}

function versionOf(learned: unknown): string {
  const text = JSON.stringify(learned, (_, value: unknown) =>
    ArrayBuffer.isView(value) ? [...(value as Float32Array)] : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** There is too little to learn from. The message is for the operator. */
export class TooFewOutcomes extends Error {
  override readonly name = 'TooFewOutcomes';
}
