import type { CacheStoreKind } from '../cache/store.ts';
import type { Builder } from './builder.ts';
import { addCacheEvidence } from './cache-evidence.ts';
import { described } from './described.ts';
import type { SharedEnums } from './enums.ts';
import { scopeOf, toCacheStats } from './stats.ts';

/** Adds `cacheStats`. */
export function addCacheStats(builder: Builder, enums: SharedEnums): void {
  builder.queryField('cacheStats', (t) =>
    t.field({
      type: 'CacheStats',
      nullable: true,
      description: "Counted over the caller's tenant; for an operator, over all.",
      args: {
        window: t.arg({
          type: enums.StatsWindow,
          required: true,
          defaultValue: 'ALL',
          description: 'How far back to count.',
        }),
      },
      resolve: async (_, { window }, { services: { cache, statistics }, principal }) => {
        const [summary, status] = await Promise.all([
          statistics.read(scopeOf(principal), window),
          cache.status(),
        ]);
        return toCacheStats(summary, { enabled: cache.enabled, status }, principal);
      },
    }),
  );
  addCacheStatsType(builder);
  builder.objectType('CacheRefusalCount', {
    description: 'How many requests a stored answer was kept from for one reason.',
    fields: (t) => ({
      kind: t.expose('kind', {
        type: enums.CacheRefusalKind,
        description: 'Why the closest entry was refused.',
      }),
      requests: t.exposeFloat('requests', { description: 'How many there were.' }),
    }),
  });
  addCacheEvidence(builder);
}

function addCacheStatsType(builder: Builder): void {
  const storeKind = builder.enumType('CacheStoreKind', {
    description: 'Where answers are stored.',
    values: described<CacheStoreKind>({
      MEMORY: 'In this process; gone when it stops.',
      REDIS: 'In Redis, shared by all instances.',
    }),
  });
  builder.objectType('CacheStats', {
    description: 'What the cache did, and the state it is in.',
    fields: (t) => ({
      enabled: t.exposeBoolean('enabled', { description: 'False: the cache is switched off.' }),
      store: t.expose('store', { type: storeKind, description: 'Where answers are stored.' }),
      storeHealthy: t.exposeBoolean('storeHealthy', {
        description: 'False: the store did not answer the last time; requests go on without it.',
      }),
      requests: t.exposeFloat('requests', {
        description: 'Requests that ended, whether or not the cache was asked.',
      }),
      exactHits: t.exposeFloat('exactHits', { description: 'Requests with the outcome EXACT.' }),
      semanticHits: t.exposeFloat('semanticHits', {
        description: 'Requests with the outcome SEMANTIC.',
      }),
      joined: t.exposeFloat('joined', { description: 'Requests with the outcome JOINED.' }),
      misses: t.exposeFloat('misses', { description: 'Requests with the outcome MISS.' }),
      hitRate: t.exposeFloat('hitRate', {
        nullable: true,
        description:
          '(exactHits + semanticHits) / (exactHits + semanticHits + joined + misses); null before the first look-up.',
      }),
      refusedByGuard: t.exposeFloat('refusedByGuard', {
        description: 'Requests whose closest entry was refused, for any reason but LOW_CONFIDENCE.',
      }),
      wrongHitsReported: t.exposeFloat('wrongHitsReported', {
        description: 'Cached answers that were rated WRONG_CACHE_HIT.',
      }),
      entries: t.exposeFloat('entries', {
        nullable: true,
        description:
          'Answers in the whole store; null where it cannot tell cheaply, and unless the caller is an operator.',
      }),
      bytes: t.exposeFloat('bytes', {
        nullable: true,
        description:
          'What the whole store takes; null where it cannot tell cheaply, and unless the caller is an operator.',
      }),
      evictions: t.exposeFloat('evictions', {
        nullable: true,
        description:
          'Answers that the whole store dropped for room; null unless the caller is an operator.',
      }),
      hitLatency: t.expose('hitLatency', {
        type: 'LatencySummary',
        description: 'Total time of exact and semantic hits.',
      }),
      savedUsd: t.exposeFloat('savedUsd', {
        nullable: true,
        description: 'What was saved, see GenerationUsage.savedUsd; null when no price is known.',
      }),
      savedTokens: t.exposeFloat('savedTokens', {
        description: 'What was saved, see GenerationUsage.savedTokens.',
      }),
      refusals: t.expose('refusals', {
        type: ['CacheRefusalCount'],
        description:
          'Why the closest entries were refused, the most frequent kind first; kinds without a refusal are left out.',
      }),
      semanticEnabled: t.exposeBoolean('semanticEnabled', {
        description:
          'False: only equal prompts are answered from the cache, since the rest is switched off or there is no encoder.',
      }),
      evidence: t.expose('evidence', {
        type: 'CacheEvidence',
        nullable: true,
        description:
          'What the promise of the error rate rests on; null where only equal prompts are answered, and where no model was measured.',
      }),
      indexedEntries: t.exposeFloat('indexedEntries', {
        nullable: true,
        description:
          'Prompts of stored answers that this instance remembers, to find like ones; null where it remembers none, and unless the caller is an operator.',
      }),
      indexBytes: t.exposeFloat('indexBytes', {
        nullable: true,
        description: 'What that takes; null where indexedEntries is.',
      }),
    }),
  });
}
