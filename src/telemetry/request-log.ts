import type { Logger } from './logger.ts';
import type { RequestRecord } from './statistics.ts';

/** One line for an ended request: who, what came of it, how long it took. Never what was asked or said. */
export function logRequest(logger: Logger, record: RequestRecord, generationId: string): void {
  const { tenant, namespace, status, failure, cacheOutcome, refusal, model, tier } = record;
  const { inputTokens, outputTokens, costUsd } = record;
  logger.info(
    {
      generationId,
      tenant,
      namespace,
      status,
      failure,
      cache: cacheOutcome,
      refusal,
      model,
      tier,
      fallbacks: record.fallbacks.length,
      inputTokens,
      outputTokens,
      costUsd,
      firstTokenMs: round(record.firstTokenMs),
      totalMs: round(record.totalMs),
      upstreamMs: round(record.upstreamMs),
      overheadMs: round(record.overheadMs),
    },
    'request',
  );
}

/** To a hundredth: a finer figure is noise, and longer to write. */
function round(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.round(100 * milliseconds) / 100;
}
