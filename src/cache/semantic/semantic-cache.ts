import type { DependencyHealth } from '../../domain/health.ts';
import type { CachedAnswer, CacheEntry, SemanticTrace } from '../entry.ts';
import type { CacheEvidence, KeyedQuestion } from '../port.ts';
import type { EntryPlace } from '../store.ts';
import { type CertifiedThreshold, type ConfidenceModel, thresholdFor } from './confidence.ts';
import type { EntryIndex, IndexedEntry } from './entry-index.ts';
import type { Synonyms } from './guards/guard.ts';
import { type Judgement, judge } from './judge.ts';
import type { Models } from './models.ts';
import { recentVectors } from './recent-vectors.ts';
import type { Refusal } from './refusal.ts';
import { reuseRefusal } from './reuse.ts';
import { semanticPartitionOf } from './semantic-partition.ts';
import { readVector, writeVector } from './vector-text.ts';
import type { Vetoes } from './vetoes.ts';

/** What a like prompt may be answered with. */
export type SemanticFinding = {
  /** May be served, the most trusted first. Whether they are still stored is not known. */
  readonly matches: readonly (Judgement & { readonly confidence: number })[];
  /** The most similar one, whatever became of it; null when nothing was compared. */
  readonly closest: Judgement | null;
  /** Why there is no match; null when there is one, or nothing to compare with. */
  readonly refusal: Refusal | null;
};

/**
 * Finds stored answers to prompts that ask the same in other words. `find` and `traceOf` never reject: without an
 * encoder there are equal prompts alone.
 */
export type SemanticCache = {
  find(question: KeyedQuestion): Promise<SemanticFinding>;
  /** What has to be stored with an answer so that like prompts find it; null when none may. */
  traceOf(question: KeyedQuestion, answer: CachedAnswer): Promise<SemanticTrace | null>;
  /** The entry as the index takes it; null when it has no trace, or one that cannot be read. */
  indexedOf(place: EntryPlace, entry: CacheEntry): IndexedEntry | null;
  /** What it has encoded of late, for others who need vectors of the same prompts. */
  readonly vectors: PromptVectors;
  /** Holds nothing any more of the prompts of a tenant. */
  forget(tenant: string): void;
  evidence(maxErrorRate: number): CacheEvidence | null;
  health(): readonly DependencyHealth[];
};

export type PromptVectors = {
  /** Id of the encoder. */
  readonly encoder: string;
  /** Rejects when the encoder does not answer in time. */
  of(tenant: string, prompt: string): Promise<Float32Array>;
};

export type SemanticCacheOptions = Models & {
  readonly health: () => readonly DependencyHealth[];
  readonly confidence: ConfidenceModel;
  readonly index: EntryIndex;
  readonly vetoes: Vetoes;
  /** For requests that do not say. */
  readonly maxErrorRate: number;
  readonly synonymsOf: (namespace: string) => Synonyms | undefined;
  /** What a hit on the answer saves, in USD; null when no price is known. */
  readonly savesUsd: (answer: CachedAnswer) => number | null;
};

/** More than one, since the nearest may be refused, or be gone. */
const NEIGHBOURS = 4;

const RECENT_VECTORS = 2_000;

const NOTHING: SemanticFinding = { matches: [], closest: null, refusal: null };

const NOT_ENCODED: Refusal = {
  kind: 'OTHER',
  detail: 'The encoder did not answer: only equal prompts were compared.',
};

const NOT_CERTIFIED: Refusal = {
  kind: 'LOW_CONFIDENCE',
  detail: 'No threshold is certified for so low an error rate with these models.',
};

export function createSemanticCache(options: SemanticCacheOptions): SemanticCache {
  const { encoder, pairModel, index, vetoes, confidence } = options;
  const vectors = recentVectors(encoder.encode, { most: RECENT_VECTORS });

  const isFitted =
    encoder.id.startsWith(confidence.encoder) && pairModel.id.startsWith(confidence.pairModel);

  /** Null also with other models than the confidence was fitted for: of theirs nothing is known. */
  function certifiedFor(maxErrorRate: number): CertifiedThreshold | null {
    return isFitted ? thresholdFor(confidence, maxErrorRate) : null;
  }

  async function find(question: KeyedQuestion): Promise<SemanticFinding> {
    const { request, tenant } = question;
    const { namespace } = request.cache;
    const barred = reuseRefusal(request);
    if (barred !== null) return refused(barred);
    const certified = certifiedFor(request.cache.maxErrorRate ?? options.maxErrorRate);
    if (certified === null) return refused(NOT_CERTIFIED);
    const vector = await vectors.of(tenant, request.prompt).catch(() => null);
    if (vector === null) return refused(NOT_ENCODED);
    const partition = semanticPartitionOf(question, encoder.id);
    const neighbours = index.nearest(partition, vector, NEIGHBOURS);
    if (neighbours.length === 0) return NOTHING;
    const judged = await judge(request.prompt, neighbours, {
      pairModel,
      confidence,
      isVetoed: (pair) => vetoes.has({ tenant, namespace, pair }),
      synonyms: options.synonymsOf(namespace),
    });
    return conclude(judged, certified.threshold);
  }

  async function traceOf(
    question: KeyedQuestion,
    answer: CachedAnswer,
  ): Promise<SemanticTrace | null> {
    if (reuseRefusal(question.request) !== null) return null;
    const { tenant, request } = question;
    const vector = await vectors.of(tenant, request.prompt).catch(() => null);
    if (vector === null) return null;
    return {
      partition: semanticPartitionOf(question, encoder.id),
      vector: writeVector(vector),
      savesUsd: options.savesUsd(answer),
    };
  }

  function indexedOf(place: EntryPlace, entry: CacheEntry): IndexedEntry | null {
    const { trace, prompt, expiresAt } = entry;
    const vector = trace && readVector(trace.vector, encoder.dimensions);
    if (trace === null || vector === null) return null;
    const { partition, savesUsd } = trace;
    return { place, partition, prompt, vector, savesUsd, expiresAt };
  }

  return {
    find,
    traceOf,
    indexedOf,
    vectors: { encoder: encoder.id, of: vectors.of },
    forget: vectors.forget,
    health: options.health,
    evidence(maxErrorRate) {
      const certified = certifiedFor(maxErrorRate);
      const { mix, version, confidenceLevel } = confidence;
      return certified && { ...certified, maxErrorRate, mix, version, confidenceLevel };
    },
  };
}

function refused(refusal: Refusal): SemanticFinding {
  return { ...NOTHING, refusal };
}

function conclude(judged: readonly Judgement[], threshold: number): SemanticFinding {
  const matches = judged
    .flatMap(({ confidence, ...each }) =>
      confidence === null || confidence < threshold ? [] : [{ ...each, confidence }],
    )
    .sort((one, other) => other.confidence - one.confidence);
  const closest = judged[0] ?? null;
  if (matches.length > 0 || closest === null) return { matches, closest, refusal: null };
  return { matches, closest, refusal: closest.refusal ?? tooLittle(closest, threshold) };
}

function tooLittle({ confidence }: Judgement, threshold: number): Refusal {
  const detail = `The confidence ${confidence?.toFixed(3)} is below ${threshold.toFixed(3)}.`;
  return { kind: 'LOW_CONFIDENCE', detail };
}
