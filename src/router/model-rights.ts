import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest, ModelTier } from '../domain/request.ts';
import type { Rights } from '../tenancy/principal.ts';
import type { ServedModel } from './candidates.ts';

/** The models that a caller may ask for, in the order in which they are served. */
export function allowedModels(models: readonly ServedModel[], rights: Rights): ServedModel[] {
  const { models: named, maxTier } = rights;
  return models.filter((each) => {
    if (named !== null && !named.includes(each.model)) return false;
    if (maxTier !== 'SMALL' || isOfTier(each, 'SMALL', models)) return true;
    // A model outside the tiers may be larger than any of them: a key with a highest tier has to name it.
    return each.tier === null && named !== null;
  });
}

/**
 * What of the allowed models a request leaves to choose from: the pinned one, those of the tier that it asks for, else
 * those of both tiers, or of none where the caller may ask for no others.
 *
 * @param models all that are served
 * @throws GatewayError MODEL_UNKNOWN when there is none
 */
export function wantedModels(
  models: readonly ServedModel[],
  allowed: readonly ServedModel[],
  { model: pinned, routing: { tier } }: Pick<GenerationRequest, 'model' | 'routing'>,
): readonly ServedModel[] {
  const wanted = allowed.filter((each) => {
    if (pinned !== null) return each.model === pinned;
    return tier === null ? each.tier !== null : isOfTier(each, tier, models);
  });
  const left = wanted.length === 0 && pinned === null && tier === null ? allowed : wanted;
  if (left.length > 0) return left;
  const names = allowed.map(({ model }) => model).join(', ');
  throw new GatewayError(
    'MODEL_UNKNOWN',
    `The model that was asked for is not served here. Served are: ${names || 'none'}.`,
  );
}

/** Where one model stands for both tiers, it is of either. */
function isOfTier(
  { tier }: ServedModel,
  wanted: ModelTier,
  models: readonly ServedModel[],
): boolean {
  if (tier === wanted) return true;
  return tier !== null && !models.some((each) => each.tier === wanted);
}
