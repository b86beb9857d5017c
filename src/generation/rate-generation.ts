import { placeOfId } from '../cache/place.ts';
import type { Cache } from '../cache/port.ts';
import type { Clock } from '../domain/clock.ts';
import type { AnswerVerdict } from '../domain/verdict.ts';
import type { OutcomeRecorder } from '../router/outcomes/recorder.ts';
import type { ExperimentAssignment } from '../router/port.ts';
import type { Router } from '../router/router-port.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Statistics } from '../telemetry/statistics.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { GenerationSnapshot } from './generation.ts';
import type { Ratings } from './ratings.ts';
import type { GenerationService } from './service.ts';

export type GivenRating = { readonly generationId: string; readonly verdict: AnswerVerdict };

export type RatingResult =
  | {
      readonly kind: 'rated';
      readonly generation: GenerationSnapshot;
      readonly evictedEntryId: string | null;
      /** False: it was rated before, and the first verdict stands. */
      readonly counted: boolean;
    }
  | { readonly kind: 'unknown' }
  /** `message` completes a sentence that begins with the field. */
  | { readonly kind: 'refused'; readonly field: keyof GivenRating; readonly message: string };

/**
 * Takes down how good an answer was, and acts on a wrong hit: the entry is evicted and its prompt is never again taken
 * for the one that was asked.
 *
 * What callers may rely on:
 * - Who is of another tenant learns nothing: the generation is unknown to him.
 * - Of one generation the first verdict counts, once, in whichever process; every later one changes nothing.
 * - It rejects with RatingUnavailable when it cannot be known whether the verdict was taken down or acted on. Then it
 *   may be given again, and counts once.
 */
export type RateGeneration = (rating: GivenRating, caller: Principal) => Promise<RatingResult>;

/** What has to remember or act on a verdict did not answer. */
export class RatingUnavailable extends Error {
  override readonly name = 'RatingUnavailable';

  constructor(cause: unknown) {
    super('The verdict was not taken down, or not all that follows from it was done: try again.', {
      cause,
    });
  }
}

export function createRating(deps: {
  readonly generations: Pick<GenerationService, 'find'>;
  readonly ratings: Ratings;
  readonly cache: Pick<Cache, 'reportWrongHit'>;
  readonly router: Pick<Router, 'models'>;
  readonly statistics: Pick<Statistics, 'rate'>;
  /** Hears of each verdict that counts, once. Must not throw. */
  readonly onRated: OutcomeRecorder['rated'];
  readonly clock: Clock;
  readonly logger: Logger;
}): RateGeneration {
  const { generations, ratings, cache, router, statistics, onRated, clock, logger } = deps;

  async function takeDown(
    { generationId, verdict }: GivenRating,
    generation: GenerationSnapshot,
    tenant: string,
  ): Promise<RatingResult> {
    const standing = await ratings.claim(generationId, verdict);
    if (standing.settled || standing.verdict !== verdict) {
      return { kind: 'rated', generation, evictedEntryId: null, counted: false };
    }
    const evictedEntryId =
      verdict === 'WRONG_CACHE_HIT' ? await reportWrongHit(generation, tenant) : null;
    const counted = await ratings.settle(generationId);
    if (counted) {
      const [model, assignments] = [writerOf(generation), assignmentsOf(generation)];
      const at = clock.now();
      statistics.rate({ at, tenant, verdict, model, assignments });
      onRated({ generationId, tenant, at, verdict });
      logger.info({ tenant, generationId, verdict, evictedEntryId }, 'answer rated');
    }
    return { kind: 'rated', generation, evictedEntryId, counted };
  }

  /** Resolves to the id of the entry, when there still was one. */
  async function reportWrongHit(
    { decision: { cache: hit } }: GenerationSnapshot,
    tenant: string,
  ): Promise<string | null> {
    const { entryId, pair } = hit;
    const place = entryId === null ? null : placeOfId(tenant, entryId);
    if (entryId === null || place === null) return null;
    const { namespace } = place;
    const evicted = await cache.reportWrongHit({ tenant, namespace, entryId, pair });
    return evicted > 0 ? entryId : null;
  }

  /** A stored answer bears the name that its provider uses, which may be none that is configured. */
  function writerOf({ decision: { routing }, model }: GenerationSnapshot): string | null {
    if (routing !== null) return routing.servedModel;
    return router.models.some((served) => served.model === model) ? model : null;
  }

  return async (rating, caller) => {
    const generation = await generations.find(rating.generationId, caller);
    if (generation === null) return { kind: 'unknown' };
    const refusal = refusalOf(rating, generation);
    if (refusal !== null) return refusal;
    try {
      return await takeDown(rating, generation, caller.tenant);
    } catch (error) {
      const { generationId, verdict } = rating;
      logger.warn({ error, generationId, verdict }, 'verdict not taken down, or not acted on');
      throw new RatingUnavailable(error);
    }
  };
}

/** Who joined was answered by the call of another, who counts for the arm. */
function assignmentsOf({
  decision: { cache, routing },
}: GenerationSnapshot): readonly ExperimentAssignment[] {
  return cache.outcome === 'JOINED' ? [] : (routing?.assignments ?? []);
}

function refusalOf(
  { verdict }: GivenRating,
  { status, decision: { cache } }: GenerationSnapshot,
): RatingResult | null {
  if (status === 'RUNNING') {
    const message = 'is of a generation that is still running: rate it when it has ended';
    return { kind: 'refused', field: 'generationId', message };
  }
  const isHit = cache.outcome === 'EXACT' || cache.outcome === 'SEMANTIC';
  if (verdict !== 'WRONG_CACHE_HIT' || isHit) return null;
  const message = `must not be WRONG_CACHE_HIT: the answer is no cache hit, its outcome is ${cache.outcome}`;
  return { kind: 'refused', field: 'verdict', message };
}
