import { systemClock } from '../../src/domain/clock.ts';
import { alone } from '../../src/generation/alone.ts';
import {
  createGenerationService,
  type GenerationDeps,
} from '../../src/generation/create-service.ts';
import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import type { RequestRecord } from '../../src/telemetry/statistics.ts';
import { fakeCache } from './fake-services.ts';
import { puppetUpstream } from './puppet-upstream.ts';
import { recordLogs } from './recorded-logs.ts';
import { sampleRouter } from './sample-router.ts';
import { unlimited } from './unlimited.ts';

/** The generation service in front of a puppet, with a cache that has nothing. Who leaves stops his run at once. */
export function openGenerations(changes: Partial<GenerationDeps> = {}) {
  const { keepMs = 60_000 } = changes;
  const upstream = puppetUpstream();
  const { logger, logs } = recordLogs();
  const records: RequestRecord[] = [];
  const service = createGenerationService({
    spending: unlimited(),
    upstream,
    cache: fakeCache(),
    router: sampleRouter(),
    log: memoryRunLog({ maxBytes: 1_000_000, keepMs, clock: systemClock }),
    ...alone(),
    priceOf: () => null,
    countTokens: (text) => text.length,
    clock: systemClock,
    logger,
    newId: () => crypto.randomUUID(),
    baseline: { priceOf: () => null, largeModel: 'large' },
    maxInputTokens: 1_000,
    maxAnswerBytes: 1_000_000,
    coalesceMs: 1,
    graceMs: 0,
    keepMs,
    keepBytes: 1_000_000,
    meanOutputTokens: async () => null,
    onRouted() {},
    onAnswered() {},
    report: (record) => records.push(record),
    ...changes,
  });
  return { service, upstream, records, logs };
}
