import type { GainExpectation } from './gain/gain-model.ts';

/** So many late prompts stand for those to come. */
const WINDOW = 2_000;

/** With fewer nobody knows what prompts are like. */
const LEAST = 100;

/** The threshold moves slowly: it is found anew after so many prompts. */
const EVERY = 100;

export type QualityFloor = {
  note(expected: GainExpectation): void;
  /** Gain above which the large model is to answer. */
  threshold(): number;
};

/**
 * The highest gain below which the small model may answer so that, by what the gain model expects of late prompts, `floor`
 * of the large model's quality is kept. Until it has seen enough prompts, it lets the large model answer wherever any
 * gain is expected.
 */
export function qualityFloor(floor: number): QualityFloor {
  const late: GainExpectation[] = [];
  let seen = 0;
  let threshold = 0;

  return {
    note(expected) {
      late[seen % WINDOW] = expected;
      seen += 1;
      if (late.length >= LEAST && seen % EVERY === 0) threshold = highestThreshold(late, floor);
    },
    threshold: () => threshold,
  };
}

/** Prompts that gain least go to the small model first, and those that gain the same go together. */
function highestThreshold(late: readonly GainExpectation[], floor: number): number {
  const mayLose = (1 - floor) * late.reduce((sum, { largeGood }) => sum + largeGood, 0);
  const rising = late.map(({ gain }) => gain).sort((one, other) => one - other);
  let lost = 0;
  let below = 0;
  let current = 0;
  for (const gain of rising) {
    if (gain > current) below = current;
    current = Math.max(current, gain);
    lost += gain;
    if (lost > mayLose) return below;
  }
  return current;
}
