import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { GainModel } from '../../src/router/gain/gain-model.ts';
import { readGainModel } from '../../src/router/gain/model-file.ts';
import { openGainModel } from '../../src/router/gain/open-gain-model.ts';
import { promptFeatures } from '../../src/router/gain/prompt-features.ts';
import { trainGainModel } from '../../src/router/gain/train-gain-model.ts';
import type { Outcome } from './outcomes.ts';

const SHIPPED_FILE = new URL('../../models/router-gain.json', import.meta.url);

/** Outcomes with the vectors of their prompts. */
export type Encoded = {
  readonly outcomes: readonly Outcome[];
  readonly vectors: readonly (Float32Array | null)[];
  /** Id of the encoder; null: there are no vectors. */
  readonly encoder: string | null;
};

export function shippedModel(): GainModel {
  return openGainModel(readGainModel(readFileSync(SHIPPED_FILE)));
}

/** A model of the outcomes; neither their source nor their domain is a feature. */
export function trainedModel({ outcomes, vectors, encoder }: Encoded, seed: number): GainModel {
  const rows = outcomes.map(({ prompt, small, large, source, domain }, at) => ({
    features: promptFeatures(prompt, vectors[at] ?? null),
    ...{ small, large },
    domain: `${source}/${domain}`,
  }));
  const about = {
    pair: null,
    trainedOn: `${outcomes.length} outcomes of an evaluation.`,
    trainedAt: new Date(0).toISOString(),
    encoder,
  };
  return openGainModel(trainGainModel(rows, { seed, about }));
}

/** What is left out of the training together: outcomes of which `keyOf` tells the same, in so many groups. */
export type LeavingOut = {
  readonly keyOf: (outcome: Outcome) => string;
  readonly groups: number;
};

/** All that is known of a domain, from any source. To leave out each alone would take a training for each. */
export const DOMAINS_LEFT_OUT: LeavingOut = { keyOf: ({ domain }) => domain, groups: 10 };

/** Prompts of the same letters and numbers. */
export const PROMPTS_LEFT_OUT: LeavingOut = {
  keyOf: ({ prompt }) => prompt.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ' '),
  groups: 5,
};

/** For each outcome a model that has not seen it, nor any of its group. Groups are drawn by the seed. */
export function modelsLeavingOut(
  training: Encoded,
  leaving: LeavingOut,
  options: { readonly seed: number; readonly tell: (what: string) => void },
): (outcome: Outcome) => GainModel {
  const groupOf = (outcome: Outcome) =>
    hashOf(`${options.seed}:${leaving.keyOf(outcome)}`) % leaving.groups;
  const trained = new Map<number, GainModel>();
  return (outcome) => {
    const group = groupOf(outcome);
    const known = trained.get(group);
    if (known !== undefined) return known;
    options.tell(`${trained.size} of ${leaving.groups} models trained`);
    const model = trainedModel(
      without(training, (other) => groupOf(other) === group),
      options.seed,
    );
    trained.set(group, model);
    return model;
  };
}

function without(training: Encoded, isLeftOut: (outcome: Outcome) => boolean): Encoded {
  const kept = [...training.outcomes.entries()].filter(([, outcome]) => !isLeftOut(outcome));
  return {
    outcomes: kept.map(([, outcome]) => outcome),
    vectors: kept.map(([at]) => training.vectors[at] ?? null),
    encoder: training.encoder,
  };
}

function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE();
}
