import { calibrated } from './calibration.ts';
import { askExperts, type Opinions } from './experts.ts';
import type { GainModel } from './gain-model.ts';
import type { TrainedGainModel } from './trained-gain-model.ts';

export function openGainModel(trained: TrainedGainModel): GainModel {
  const { about, experts, small, large, distances } = trained;
  const ask = askExperts(experts);

  function familiarityOf({ distance, lexicalDistance }: Opinions): number {
    if (distance !== null) return shareAbove(distances.withVector, distance);
    // Short questions look alike: without what it is about, nobody knows how like a prompt is.
    return about.encoder === null ? shareAbove(distances.lexical, lexicalDistance) : 0;
  }

  return {
    about,
    expect(features) {
      const opinions = ask(features);
      const smallGood = calibrated(small, opinions.small);
      const largeGood = calibrated(large, opinions.large);
      const familiarity = familiarityOf(opinions);
      return { smallGood, largeGood, gain: largeGood - smallGood, familiarity };
    },
  };
}

/** Of quantiles that rise, the share that is at or above a value, in between as if they rose evenly. */
function shareAbove(quantiles: Float32Array, value: number): number {
  const above = quantiles.findIndex((quantile) => quantile >= value);
  if (above <= 0) return above === 0 ? 1 : 0;
  const before = quantiles[above - 1] ?? 0;
  const within = (value - before) / ((quantiles[above] ?? 0) - before);
  return 1 - (above - 1 + within) / (quantiles.length - 1);
}
