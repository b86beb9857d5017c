import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest, ModelTier, ResponseFormat } from '../domain/request.ts';
import type { ModelPrice } from '../upstream/prices.ts';
import type { Candidate } from './port.ts';

/**
 * What a request may need that not every model can do: a system text (the chat templates of some models refuse one), an
 * answer in JSON, an answer that follows a JSON Schema. Each stands for itself; none includes another.
 */
export const ABILITIES = ['SYSTEM', 'JSON', 'JSON_SCHEMA'] as const satisfies readonly (
  | 'SYSTEM'
  | Exclude<ResponseFormat['kind'], 'TEXT'>
)[];

export type Ability = (typeof ABILITIES)[number];

/** A model, with what is known of it. What is not known is null, and keeps no request away from it. */
export type ServedModel = Candidate & {
  /** How long prompt and answer may be together. */
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
  /** All that it can do. */
  readonly abilities: ReadonlySet<Ability> | null;
  readonly pricePerMillion: ModelPrice | null;
};

/** What a model has to bring for one request. */
export type CandidateNeed = {
  /** As the gateway counts them, with history, system text and what the chat template adds. */
  readonly inputTokens: number;
  readonly maxTokens: number | null;
  readonly abilities: readonly Ability[];
};

/** Each model once, in the order in which they were given. */
export type FittingCandidates = {
  readonly fits: readonly ServedModel[];
  /** The prompt does not go into the window, or the answer may be longer than the model can give. */
  readonly tooSmall: readonly ServedModel[];
  /** They lack an ability, whatever their size. */
  readonly unable: readonly ServedModel[];
};

/**
 * How far a model's own count may be above the gateway's, as a share of it. The gateway counts by o200k_base, which for a
 * dozen languages is less than 10 % off from Llama 3's tokenizer (see `prompt/gpt-tokens.ts`). A prompt within this of a
 * window stays away from it: a refused call, or one whose prompt a server cuts in silence, is worse than a larger model.
 */
const COUNT_MARGIN = 0.1;

/** What is left for an answer of which the request does not say how long it may be. */
const LEAST_ANSWER_TOKENS = 256;

export function needOf(
  request: Pick<GenerationRequest, 'system' | 'maxTokens' | 'responseFormat'>,
  inputTokens: number,
): CandidateNeed {
  const { system, maxTokens, responseFormat } = request;
  const abilities: Ability[] = system === null ? [] : ['SYSTEM'];
  if (responseFormat.kind !== 'TEXT') abilities.push(responseFormat.kind);
  return { inputTokens, maxTokens, abilities };
}

/** Which of the models can answer, and what keeps the others from it. */
export function fittingCandidates(
  models: readonly ServedModel[],
  need: CandidateNeed,
): FittingCandidates {
  const able = models.filter((model) => isAble(model, need));
  return {
    fits: able.filter((model) => isLargeEnough(model, need)),
    tooSmall: able.filter((model) => !isLargeEnough(model, need)),
    unable: models.filter((model) => !isAble(model, need)),
  };
}

/**
 * The models that fit, whom to ask first in front: those of the wanted tier, then those of the other one, then those of
 * none. Within a tier a model whose calls fail comes after all others, and of two the cheaper comes first; one without a
 * known price comes after those with one. Otherwise the order stays as it was given.
 *
 * @param isFailing whether a model's calls fail one after the other, as far as this process has seen
 */
export function orderCandidates(
  fits: readonly ServedModel[],
  first: ModelTier,
  isFailing: (model: string) => boolean,
): ServedModel[] {
  const placed = fits.map((model) => ({
    model,
    place: [placeOfTier(model, first), isFailing(model.model) ? 1 : 0, costOf(model)],
  }));
  return placed.sort((a, b) => compare(a.place, b.place)).map(({ model }) => model);
}

/**
 * Why no model fits: PROMPT_TOO_LONG with the largest window when a shorter request would do, else MODEL_UNKNOWN. Names
 * no model, since a caller may not hear of every one.
 */
export function nothingFits({ tooSmall }: FittingCandidates, need: CandidateNeed): GatewayError {
  if (tooSmall.length === 0) {
    const needed = need.abilities.map((ability) => ABILITY_NAMES[ability]).join(' and ');
    return new GatewayError(
      'MODEL_UNKNOWN',
      `No model that may answer takes ${needed || 'the request'}.`,
    );
  }
  const wide = tooSmall.filter((model) => hasRoom(model, need));
  if (wide.length === 0) {
    const window = Math.max(...tooSmall.map((model) => model.contextTokens ?? 0));
    return new GatewayError(
      'PROMPT_TOO_LONG',
      `The prompt may take ${mostInputTokens(need)} tokens with its history and system text, and its answer ` +
        `${answerTokens(need)}: the largest window of the models that may answer has ${window}.`,
    );
  }
  const longest = Math.max(...wide.map((model) => model.maxOutputTokens ?? 0));
  return new GatewayError(
    'MODEL_UNKNOWN',
    `No model that may answer gives ${answerTokens(need)} tokens: lower maxTokens to ${longest}.`,
  );
}

const ABILITY_NAMES: Readonly<Record<Ability, string>> = {
  SYSTEM: 'a system text',
  JSON: 'the response format JSON',
  JSON_SCHEMA: 'a JSON Schema as response format',
};

function isAble({ abilities }: ServedModel, need: CandidateNeed): boolean {
  return abilities === null || need.abilities.every((ability) => abilities.has(ability));
}

function isLargeEnough(model: ServedModel, need: CandidateNeed): boolean {
  return hasRoom(model, need) && (need.maxTokens ?? 0) <= (model.maxOutputTokens ?? Infinity);
}

function hasRoom({ contextTokens }: ServedModel, need: CandidateNeed): boolean {
  return mostInputTokens(need) + answerTokens(need) <= (contextTokens ?? Infinity);
}

function mostInputTokens({ inputTokens }: CandidateNeed): number {
  return Math.ceil(inputTokens * (1 + COUNT_MARGIN));
}

function answerTokens({ maxTokens }: CandidateNeed): number {
  return maxTokens ?? LEAST_ANSWER_TOKENS;
}

function placeOfTier({ tier }: ServedModel, first: ModelTier): number {
  if (tier === first) return 0;
  return tier === null ? 2 : 1;
}

/**
 * Of a million tokens, three of input to one of output: one mix for all requests, so that who is asked first does not
 * change from request to request.
 */
function costOf({ pricePerMillion: price }: ServedModel): number {
  return price === null ? Number.POSITIVE_INFINITY : (3 * price.input + price.output) / 4;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
