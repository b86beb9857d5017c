/**
 * What one arm of an experiment did, as far as models answered: cached and joined answers say nothing of an arm, and are
 * not in it. Plain JSON, mergeable in any order.
 */
export type ArmState = {
  /** Key of the experiment. */
  readonly experiment: string;
  /** Which run of the experiment, a whole number in digits: a later one is higher, and counts anew. */
  readonly run: string;
  readonly arm: string;
  /** Those that counted something, in the order of their numbers. */
  readonly cells: readonly CellState[];
};

/**
 * Who is assigned falls into one of `CELLS` cells by a hash of its own, for good. What one user does many times over lies
 * in one cell, so that the spread between cells, unlike that between requests, says how far a mean may be off.
 */
export type CellState = {
  /** 0 .. CELLS - 1. */
  readonly cell: number;
  readonly requests: number;
  /** Of them those that the upstream failed, a fallback that saved the request included. */
  readonly failures: number;
  /** Requests whose cost is known, and the sum of these costs. */
  readonly priced: number;
  readonly costUsd: number;
  readonly ratings: number;
  readonly goodRatings: number;
  /** How many first texts came within which step: see `firstTextStep`. Index by index. */
  readonly firstTextSteps: readonly number[];
  readonly firstTextCounts: readonly number[];
};

export const CELLS = 64;

/** Steps of a tenth: fine enough for a guardrail, and few enough to be kept for each cell. */
const STEP = Math.log(1.1);

/** The step that a time falls into; what is under a millisecond falls into the first, 0. */
export function firstTextStep(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log(ms) / STEP);
}

/** The longest time that falls into a step, in milliseconds. */
export function msOfStep(step: number): number {
  return Math.exp(step * STEP);
}
