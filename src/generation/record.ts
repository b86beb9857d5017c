import type { GatewayError } from '../domain/errors.ts';
import type { RequestRecord } from '../telemetry/statistics.ts';
import type { Accepted, GenerationOutcome } from './accepted.ts';
import { NOTHING_USED, timingWithoutUpstream } from './accounts.ts';
import { NotCached } from './plan.ts';

/**
 * What the statistics keep of a generation that ended.
 *
 * @param at milliseconds since the Unix epoch
 */
export function recordOf(
  accepted: Accepted,
  outcome: GenerationOutcome,
  at: number,
): RequestRecord {
  const { cache, routing } = outcome.decision;
  return {
    at,
    tenant: accepted.tenant,
    namespace: accepted.namespace,
    status: outcome.status,
    failure: outcome.failure?.code ?? null,
    finishReason: outcome.finishReason,
    cacheOutcome: cache.outcome,
    refusal: cache.refusal?.kind ?? null,
    model: outcome.askedModel,
    tier: routing?.tier ?? null,
    complexity: routing?.complexity ?? null,
    assignments: routing?.assignments ?? [],
    // Those of a run that was joined are told by the request that began it.
    fallbacks: outcome.askedModel === null ? [] : (routing?.fallbacks ?? []),
    inputTokens: outcome.usage.inputTokens,
    outputTokens: outcome.usage.outputTokens,
    costUsd: outcome.usage.costUsd,
    savedUsd: outcome.usage.savedUsd,
    savedTokens: outcome.usage.savedTokens,
    ...outcome.timing,
  };
}

/** What the statistics keep of a request that was refused before a generation began. */
export function recordOfRefusal(
  accepted: Accepted,
  refusal: GatewayError,
  at: number,
  totalMs: number,
): RequestRecord {
  const cache = refusal instanceof NotCached ? refusal.decision : null;
  return {
    at,
    tenant: accepted.tenant,
    namespace: accepted.namespace,
    status: 'FAILED',
    failure: refusal.code,
    finishReason: null,
    cacheOutcome: cache?.outcome ?? null,
    refusal: cache?.refusal?.kind ?? null,
    model: null,
    tier: null,
    complexity: null,
    assignments: [],
    fallbacks: [],
    inputTokens: 0,
    outputTokens: 0,
    costUsd: NOTHING_USED.costUsd,
    savedUsd: NOTHING_USED.savedUsd,
    savedTokens: 0,
    ...timingWithoutUpstream(totalMs, null),
  };
}
