import type { Calibration } from './calibration.ts';
import type { Experts } from './experts.ts';
import type { AboutGainModel } from './gain-model.ts';

/** A gain model at rest: plain numbers, none of them a single prompt's. */
export type TrainedGainModel = {
  readonly about: AboutGainModel;
  readonly experts: Experts;
  readonly small: Calibration;
  readonly large: Calibration;
  readonly distances: KnownDistances;
};

/** Distances of held-out prompts, as `Opinions` has them: quantiles at even steps, rising. */
export type KnownDistances = {
  readonly withVector: Float32Array;
  /** By the lexical features alone. */
  readonly lexical: Float32Array;
};
