import { askExperts, type Opinions } from './experts.ts';
import { fitExperts } from './fit-experts.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import type { TrainingOutcome } from './training-outcome.ts';

/** What was thought of an outcome by experts that had not seen it, nor any other of its fold. */
export type HeldOutOutcome = {
  readonly outcome: TrainingOutcome;
  readonly fold: number;
  readonly opinions: Opinions;
};

/**
 * Each outcome by experts that were fitted on the other folds.
 *
 * @param groupOf outcomes of equal groups are in the same fold
 */
export function crossValidate(
  outcomes: readonly TrainingOutcome[],
  groupOf: (outcome: TrainingOutcome) => string,
  { folds, seed }: { folds: number; seed: number },
): readonly HeldOutOutcome[] {
  const foldOf = dealGroups(outcomes.map(groupOf), folds, seed);
  const held = Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) => {
    const inside = outcomes.filter((_, at) => foldOf[at] === fold);
    if (inside.length === 0) return [];
    const ask = askExperts(
      fitExperts(
        outcomes.filter((_, at) => foldOf[at] !== fold),
        seed,
      ),
    );
    return inside.map((outcome) => ({ outcome, fold, opinions: ask(outcome.features) }));
  });
  return held;
}

/** Groups in a random order, each to the fold that has the fewest outcomes yet. */
function dealGroups(groups: readonly string[], folds: number, seed: number): readonly number[] {
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const names = [...sizes.keys()];
  const filled = new Array<number>(folds).fill(0);
  const foldOf = new Map<string, number>();
  for (const at of shuffled(names.length, seededRandom(seed))) {
    const name = names[at] ?? '';
    const emptiest = filled.indexOf(Math.min(...filled));
    filled[emptiest] = (filled[emptiest] ?? 0) + (sizes.get(name) ?? 0);
    foldOf.set(name, emptiest);
  }
  return groups.map((group) => foldOf.get(group) ?? 0);
}

/** Prompts of the same words are of the same group, whatever numbers are in them. */
export function sameWords({ features }: TrainingOutcome): string {
  return features.hashed.join();
}
