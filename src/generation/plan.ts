import type { CacheDecision } from '../cache/decision.ts';
import type { CacheEntry } from '../cache/entry.ts';
import { withExactKey } from '../cache/exact-key.ts';
import type { Cache, KeyedQuestion } from '../cache/port.ts';
import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { PromptDecision } from '../prompt/decision.ts';
import { type PreparedPrompt, preparePrompt } from '../prompt/prepare.ts';
import type { CountTokens } from '../prompt/tokens.ts';
import type { Route } from '../router/port.ts';
import type { Router } from '../router/router-port.ts';
import type { TierChoice } from '../router/tier-choice.ts';
import { type Unit, unitOf } from '../router/unit.ts';
import type { Principal } from '../tenancy/principal.ts';

export type PlanDeps = {
  readonly cache: Cache;
  readonly router: Router;
  readonly countTokens: CountTokens;
  readonly maxInputTokens: number;
  readonly newId: () => string;
};

/** How a request will be answered. */
export type Plan = {
  readonly prompt: PreparedPrompt;
  readonly cache: CacheDecision;
  /** Where an answer to this request would be kept. */
  readonly question: KeyedQuestion;
} & (
  | { readonly from: 'cache'; readonly entry: CacheEntry }
  | { readonly from: 'model'; readonly route: Route; readonly choice: TierChoice | null }
);

/** What was decided for a request that a model answers: what it is told. Plain JSON. */
export type Decided = {
  readonly cache: CacheDecision;
  readonly route: Route;
  readonly prompt: PromptDecision;
};

export type ModelPlan = Extract<Plan, { from: 'model' }>;
export type CachePlan = Extract<Plan, { from: 'cache' }>;

/** A refusal that came after the cache was asked, with what the cache said. */
export class NotCached extends GatewayError {
  readonly decision: CacheDecision;

  constructor(decision: CacheDecision) {
    super(
      'NOT_CACHED',
      'No stored answer may serve this prompt, and the request allows no model call.',
    );
    this.decision = decision;
  }
}

/**
 * Decides how a request will be answered; calls no model and writes nothing.
 *
 * @throws GatewayError MODEL_UNKNOWN, PROMPT_TOO_LONG or NOT_CACHED
 */
export async function planGeneration(
  deps: PlanDeps,
  request: GenerationRequest,
  caller: Principal,
): Promise<Plan> {
  const unit = unitOf(request, caller, deps.newId);
  const { prompt, policy, question } = prepareQuestion(deps, request, caller, unit);
  const found = await deps.cache.lookUp(question);
  if (found.hit) {
    return { from: 'cache', prompt, question, cache: found.decision, entry: found.entry };
  }
  if (request.cache.mode === 'ONLY_IF_CACHED') throw new NotCached(found.decision);
  const { tenant } = caller;
  const inputTokens = prompt.decision.inputTokensAfter;
  const routed = await deps.router.route({ tenant, request, unit, inputTokens }, policy);
  return { from: 'model', prompt, question, cache: found.decision, ...routed };
}

/**
 * What a request asks, and where its answer is kept.
 *
 * @param unit who may be in an arm of an experiment, where answers are kept apart; null: an answer for who is in none
 * @throws GatewayError MODEL_UNKNOWN or PROMPT_TOO_LONG
 */
export function prepareQuestion(
  deps: Pick<PlanDeps, 'router' | 'countTokens' | 'maxInputTokens'>,
  request: GenerationRequest,
  { tenant, rights }: Pick<Principal, 'tenant' | 'rights'>,
  unit: Unit | null,
) {
  const policy = deps.router.policyFor(request, rights, unit);
  const prompt = preparePrompt(request, deps);
  const question = withExactKey({ tenant, request, policy, glossaryVersion: null });
  return { prompt, policy, question };
}
