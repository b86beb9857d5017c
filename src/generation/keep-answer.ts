import type { Cache } from '../cache/port.ts';
import type { Answer } from './ask.ts';
import type { RunSpec } from './run-spec.ts';

/**
 * Only a whole answer may serve others: one that ended by itself, not by length, filter or failure. An empty
 * one is taken for a hiccup.
 */
export async function keepWholeAnswer(
  cache: Cache,
  { cacheQuestion }: RunSpec,
  { end, text, reasoning }: Answer,
): Promise<void> {
  if (end.status !== 'FINISHED' || end.finishReason !== 'STOP' || text === '') return;
  await cache.keep(cacheQuestion, {
    text,
    reasoning: reasoning === '' ? null : reasoning,
    model: end.model,
    usage: end.servedUsage,
  });
}
