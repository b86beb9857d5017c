import { boostTrees } from './boost-trees.ts';
import type { Expert, Experts } from './experts.ts';
import { findCentres } from './find-centres.ts';
import { fitRadial, type Radial } from './fit-radial.ts';
import { fitInputs, pointOf, treeRow } from './inputs.ts';
import { seededRandom } from './seeded-random.ts';
import { type Table, tableOf } from './table.ts';
import type { TrainingOutcome } from './training-outcome.ts';

const MOST_CENTRES = 192;
/** Prompts a centre: more centres would learn the noise. */
const PROMPTS_A_CENTRE = 10;

/** The same for the same outcomes and seed. */
export function fitExperts(outcomes: readonly TrainingOutcome[], seed: number): Experts {
  const random = seededRandom(seed);
  const prompts = outcomes.map(({ features }) => features);
  const inputs = fitInputs(prompts);
  const vectorWidth = commonWidth(outcomes);
  const points = prompts.map((features) => pointOf(inputs, features, vectorWidth));
  const width = inputs.means.length + vectorWidth;
  const located = points.flatMap((point, at) => (point.length === width ? [at] : []));
  const whole = located.map((at) => points[at] ?? new Float32Array(width));
  const most = Math.min(MOST_CENTRES, Math.ceil(located.length / PROMPTS_A_CENTRE));
  const centres = findCentres(tableOf(whole, width), most, random);
  const targets = (['small', 'large'] as const).map((model) =>
    Float64Array.from(located, (at) => outcomes[at]?.[model] ?? Number.NaN),
  );
  const [ofSmall, ofLarge] = fitRadial(centres, whole, targets);
  const rows = prompts.map((features) => treeRow(inputs, features));

  function expertOn(model: 'small' | 'large', radial: Radial | undefined): Expert {
    const known = outcomes.flatMap((outcome, at) => (outcome[model] === null ? [] : [at]));
    const table: Table = tableOf(
      known.map((at) => rows[at] ?? new Float32Array()),
      rows[0]?.length ?? 0,
    );
    const qualities = Float64Array.from(known, (at) => outcomes[at]?.[model] ?? 0);
    const { intercept, weights } = radial ?? { intercept: 0, weights: new Float64Array() };
    return { trees: boostTrees(table, qualities, random), intercept, weights };
  }

  const small = expertOn('small', ofSmall);
  const large = expertOn('large', ofLarge);
  return { inputs, vectorWidth, centres, small, large };
}

/**
 * How long vectors are, by those that half of the prompts have; 0 where fewer have one: the lexical features alone then
 * say where a prompt lies.
 */
function commonWidth(outcomes: readonly TrainingOutcome[]): number {
  const counts = new Map<number, number>();
  for (const { features } of outcomes) {
    const width = features.vector?.length ?? 0;
    counts.set(width, (counts.get(width) ?? 0) + 1);
  }
  const [width = 0, count = 0] = [...counts].reduce(
    (one, other) => (other[1] > one[1] ? other : one),
    [0, 0] as [number, number],
  );
  return 2 * count >= outcomes.length ? width : 0;
}
