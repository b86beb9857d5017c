import type { ModelTier } from '../domain/request.ts';
import type { ServedModel } from '../router/candidates.ts';
import { knownModels } from '../upstream/known-models.ts';
import { knownPrices } from '../upstream/known-prices.ts';
import type { ModelPrice } from '../upstream/prices.ts';
import type { Config } from './config.ts';
import type { DescribedModel } from './models-parser.ts';
import type { Settings } from './read-variables.ts';

type FirstModels = Pick<Config['upstream'], 'smallModel' | 'largeModel'>;
type Prices = Readonly<Record<string, ModelPrice>>;

/** The model of a tier that MODELS names first; undefined when it names none. */
export function firstDescribed(settings: Settings, tier: ModelTier): string | undefined {
  return describedModels(settings).find(([, described]) => described.tier === tier)?.[0];
}

/** What the operator says of prices, in MODEL_PRICES and in MODELS. What differs is added to `problems`. */
export function operatorPrices(settings: Settings, problems: string[]): Prices {
  const prices = new Map(Object.entries(settings.MODEL_PRICES ?? {}));
  for (const [model, { input, output }] of describedModels(settings)) {
    if (input === undefined || output === undefined) continue;
    const other = prices.get(model);
    if (other !== undefined && (other.input !== input || other.output !== output)) {
      problems.push(`MODELS and MODEL_PRICES differ in the price of "${model}": say it once.`);
    }
    prices.set(model, { input, output });
  }
  return Object.fromEntries(prices);
}

/**
 * Every model that may be asked for, once: the large and the small one, those of MODELS, those that only have a price.
 * What the operator says of one wins over the shipped tables. Contradictions are added to `problems`.
 */
export function servedModels(
  settings: Settings,
  known: { provider: string; first: FirstModels; prices: Prices },
  problems: string[],
): ServedModel[] {
  const { provider, first, prices } = known;
  const described = new Map(describedModels(settings));
  problems.push(...contradictions(described, first));
  const names = new Set([
    first.largeModel,
    first.smallModel,
    ...described.keys(),
    ...Object.keys(prices),
  ]);
  return [...names].map((model) => {
    const own = described.get(model);
    const limits = entryOf(knownModels[provider], model);
    return {
      model,
      tier: tierOf(model, first, own),
      contextTokens: own?.contextTokens ?? limits?.contextTokens ?? null,
      maxOutputTokens: own?.maxOutputTokens ?? limits?.maxOutputTokens ?? null,
      abilities: own?.abilities === undefined ? null : new Set(own.abilities),
      pricePerMillion: entryOf(prices, model) ?? entryOf(knownPrices[provider], model) ?? null,
    };
  });
}

/** One model for both tiers is a large one, with nothing smaller beside it. */
function tierOf(model: string, first: FirstModels, own: DescribedModel | undefined) {
  if (model === first.largeModel) return 'LARGE';
  if (model === first.smallModel) return 'SMALL';
  return own?.tier ?? null;
}

function contradictions(
  described: ReadonlyMap<string, DescribedModel>,
  { smallModel, largeModel }: FirstModels,
): string[] {
  const tiered = [...described].filter(([, { tier }]) => tier !== undefined);
  if (smallModel === largeModel) {
    const other = tiered.find(([model]) => model !== largeModel)?.[0];
    if (other === undefined) return [];
    return [
      `MODELS gives "${other}" a tier, but "${largeModel}" is both the small and the large model: set MODEL_SMALL or MODEL_LARGE, or name a model of the other tier.`,
    ];
  }
  return tiered
    .filter(([model, { tier }]) => model === (tier === 'SMALL' ? largeModel : smallModel))
    .map(([model, { tier }]) => {
      const [taken, variable] =
        tier === 'SMALL' ? ['large', 'MODEL_LARGE'] : ['small', 'MODEL_SMALL'];
      return `MODELS puts "${model}" in the tier ${tier}, but it is the ${taken} model: set ${variable} to another.`;
    });
}

/** Whatever a model is named: `constructor` is in every object. */
function entryOf<Value>(table: Readonly<Record<string, Value>> | undefined, model: string) {
  return table !== undefined && Object.hasOwn(table, model) ? table[model] : undefined;
}

/** What is not understood reads as undefined, and is a problem already. */
function describedModels(settings: Settings): [string, DescribedModel][] {
  const described: Settings['MODELS'] | undefined = settings.MODELS;
  return Object.entries(described ?? {});
}
