import { createCache } from '../../src/cache/create-cache.ts';
import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import { NO_CHANGES } from '../../src/cache/no-changes.ts';
import type { Cache } from '../../src/cache/port.ts';
import { memoryVetoes } from '../../src/cache/semantic/memory-vetoes.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { alone } from '../../src/generation/alone.ts';
import { createGenerationService } from '../../src/generation/create-service.ts';
import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import type { RequestRecord } from '../../src/telemetry/statistics.ts';
import { fairQueue } from '../../src/upstream/fair-queue.ts';
import type { Upstream } from '../../src/upstream/port.ts';
import type { PriceOf } from '../../src/upstream/prices.ts';
import { resilientUpstream } from '../../src/upstream/resilience.ts';
import type { RandomUpstream } from './random-upstream.ts';
import { recordLogs } from './recorded-logs.ts';
import { sampleRouter } from './sample-router.ts';
import type { Dice } from './seeded-dice.ts';
import { slowCache, slowLog } from './slow-stores.ts';
import { unlimited } from './unlimited.ts';

export const PLENTY = 100_000_000;
export const AN_HOUR_MS = 3_600_000;

/** Whole numbers, so that sums are exact; one model has no known price. */
export const priceOf: PriceOf = (model, { inputTokens, outputTokens }) => {
  if (model === 'unpriced') return null;
  return model === 'large' ? 3 * inputTokens + 7 * outputTokens : inputTokens + 2 * outputTokens;
};

/** What the dice do not decide. */
export const FIXED = {
  router: sampleRouter({}, 'unpriced'),
  priceOf,
  countTokens: (text: string) => text.length,
  clock: systemClock,
  baseline: { priceOf, largeModel: 'large' },
  maxInputTokens: 1_000,
  maxAnswerBytes: PLENTY,
  keepMs: AN_HOUR_MS,
  keepBytes: PLENTY,
  meanOutputTokens: async () => null,
  onRouted() {},
  onAnswered() {},
};

export type Reported = { readonly generationId: string; readonly record: RequestRecord };

/** The real service in front of `upstream`, configured by the dice, in front of stores that may be slow. */
export function randomService<Owner>(dice: Dice, upstream: RandomUpstream<Owner>) {
  const { logger, logs } = recordLogs();
  const reported: Reported[] = [];
  const issuedIds: string[] = [];
  const log = memoryRunLog({ maxBytes: PLENTY, keepMs: AN_HOUR_MS, clock: systemClock });
  const cache = memoryCache(dice.chance(0.6), logger);
  const service = createGenerationService({
    spending: unlimited(),
    ...FIXED,
    ...alone(),
    upstream: crowded(dice, dice.chance(0.5) ? upstream : resilient(dice, upstream)),
    cache: dice.chance(0.5) ? cache : slowCache(cache, dice),
    log: dice.chance(0.5) ? log : slowLog(log, dice),
    logger,
    newId() {
      const id = `id-${issuedIds.length}`;
      issuedIds.push(id);
      return id;
    },
    coalesceMs: dice.below(3),
    graceMs: dice.pick([0, 0, 3, 8]),
    report: (record, generationId) => reported.push({ generationId, record }),
  });
  return { service, log, logs, reported, issuedIds };
}

function resilient(dice: Dice, upstream: Upstream): Upstream {
  return resilientUpstream(upstream, {
    firstTokenTimeoutMs: 8,
    idleTimeoutMs: 8,
    totalTimeoutMs: 30,
    retries: dice.below(3),
    random: () => dice.below(10) / 250,
  });
}

/** Half of the time it has no room for all who ask. */
function crowded(dice: Dice, upstream: Upstream): Upstream {
  if (dice.chance(0.5)) return upstream;
  return fairQueue(upstream, {
    maxConcurrent: 1 + dice.below(3),
    maxQueued: dice.below(6),
    timeoutMs: dice.pick([3, 8, 30]),
  });
}

export function memoryCache(enabled: boolean, logger: Logger): Cache {
  return createCache({
    store: memoryCacheStore({ maxBytes: PLENTY, clock: systemClock }),
    storeHealth: null,
    semantic: null,
    vetoes: memoryVetoes(),
    changes: NO_CHANGES,
    enabled: () => enabled,
    ttlSeconds: 3_600,
    clock: systemClock,
    logger,
  });
}
