import type { GainExpectation, GainModel } from '../../src/router/gain/gain-model.ts';
import { promptFeatures } from '../../src/router/gain/prompt-features.ts';
import type { Outcome } from './outcomes.ts';

/** What a gain model expects of a prompt whose outcome is known. */
export type Decided = {
  readonly outcome: Outcome;
  readonly expected: GainExpectation;
  /** What the decision took beside the embedding, in milliseconds: the middle one of three times. */
  readonly ms: number;
};

/** So many decisions pass before time is taken: code that has just begun to run is not yet compiled. */
const WARM_UP = 500;

/** Asks the model of each outcome as the gateway would before it routes. */
export function decideAll(
  outcomes: readonly Outcome[],
  vectors: readonly (Float32Array | null)[],
  modelFor: (outcome: Outcome) => GainModel,
): readonly Decided[] {
  const decide = (outcome: Outcome, at: number): Decided => {
    const model = modelFor(outcome);
    const once = () => model.expect(promptFeatures(outcome.prompt, vectors[at] ?? null));
    const { result: expected, ms } = timed(once);
    return { outcome, expected, ms };
  };
  outcomes.slice(0, WARM_UP).forEach(decide);
  return outcomes.map(decide);
}

/** What else the machine does now and then falls upon one of three times, hardly ever on two. */
function timed<Result>(once: () => Result): { readonly result: Result; readonly ms: number } {
  const times = [timeOf(once), timeOf(once)];
  const begun = performance.now();
  const result = once();
  times.push(performance.now() - begun);
  const [, middle = 0] = times.sort((one, other) => one - other);
  return { result, ms: middle };
}

function timeOf(once: () => unknown): number {
  const begun = performance.now();
  once();
  return performance.now() - begun;
}
