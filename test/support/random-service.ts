import { createCache } from '../../src/cache/create-cache.ts';
import { memoryCacheStore } from '../../src/cache/memory-store.ts';
import type { Cache } from '../../src/cache/port.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { createGenerationService } from '../../src/generation/create-service.ts';
import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import type { RunLog } from '../../src/generation/run-log.ts';
import { createRouter } from '../../src/router/router.ts';
import type { RequestRecord } from '../../src/telemetry/statistics.ts';
import type { PriceOf } from '../../src/upstream/prices.ts';
import { resilientUpstream } from '../../src/upstream/resilience.ts';
import type { RandomUpstream } from './random-upstream.ts';
import { recordLogs } from './recorded-logs.ts';
import type { Dice } from './seeded-dice.ts';

const PLENTY = 100_000_000;
const AN_HOUR_MS = 3_600_000;

/** Whole numbers, so that sums are exact; one model has no known price. */
export const priceOf: PriceOf = (model, { inputTokens, outputTokens }) => {
  if (model === 'unpriced') return null;
  return model === 'large' ? 3 * inputTokens + 7 * outputTokens : inputTokens + 2 * outputTokens;
};

/** The real service in front of `upstream`, configured by the dice, in front of stores that may be slow. */
export function randomService<Owner>(dice: Dice, upstream: RandomUpstream<Owner>) {
  const clock = systemClock;
  const { logger, logs } = recordLogs();
  const reported: { readonly generationId: string; readonly record: RequestRecord }[] = [];
  const issuedIds: string[] = [];
  const log = memoryRunLog({ maxBytes: PLENTY, keepMs: AN_HOUR_MS, clock });
  const cache = createCache({
    store: memoryCacheStore({ maxBytes: PLENTY, clock }),
    storeHealth: null,
    enabled: dice.chance(0.6),
    ttlSeconds: 3_600,
    clock,
    logger,
  });
  const service = createGenerationService({
    upstream: dice.chance(0.5)
      ? upstream
      : resilientUpstream(upstream, {
          firstTokenTimeoutMs: 8,
          idleTimeoutMs: 8,
          totalTimeoutMs: 30,
          retries: dice.below(3),
          random: () => dice.below(10) / 250,
        }),
    cache: dice.chance(0.5) ? cache : slowCache(cache, dice),
    router: createRouter({
      smallModel: 'small',
      largeModel: 'large',
      otherModels: ['unpriced'],
      abTestRatio: 0.5,
    }),
    log: dice.chance(0.5) ? log : slowLog(log, dice),
    priceOf,
    countTokens: (text) => text.length,
    clock,
    logger,
    newId() {
      const id = `id-${issuedIds.length}`;
      issuedIds.push(id);
      return id;
    },
    baseline: { priceOf, largeModel: 'large' },
    maxInputTokens: 1_000,
    maxAnswerBytes: PLENTY,
    coalesceMs: dice.below(3),
    graceMs: dice.pick([0, 0, 3, 8]),
    keepMs: AN_HOUR_MS,
    keepBytes: PLENTY,
    meanOutputTokens: async () => null,
    report: (record, generationId) => reported.push({ generationId, record }),
  });
  return { service, log, logs, reported, issuedIds };
}

/** As a store across a network is: others get a word in before and after each step. */
function slowCache(cache: Cache, dice: Dice): Cache {
  return {
    ...cache,
    async lookUp(question) {
      await dice.pause();
      const found = await cache.lookUp(question);
      await dice.pause();
      return found;
    },
    async keep(question, answer) {
      await dice.pause();
      await cache.keep(question, answer);
      await dice.pause();
    },
  };
}

function slowLog(log: RunLog, dice: Dice): RunLog {
  return {
    async append(runId, fencing, events) {
      await dice.pause();
      await log.append(runId, fencing, events);
      await dice.pause();
    },
    async *read(runId, afterSeq, signal) {
      await dice.pause();
      for await (const event of log.read(runId, afterSeq, signal)) {
        await dice.pause();
        if (signal.aborted) return;
        yield event;
      }
    },
    async lastSeq(runId) {
      await dice.pause();
      const seq = await log.lastSeq(runId);
      await dice.pause();
      return seq;
    },
    describe: () => log.describe(),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}
