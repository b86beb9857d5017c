import type { Cache } from '../cache/port.ts';
import type { Answer } from './ask.ts';
import type { RunSpec } from './run-spec.ts';

export type AnswerTakingDeps = {
  readonly cache: Pick<Cache, 'keep'>;
  /** Hears how a model answered, in the process that asked it, before the request has ended. Must not throw. */
  readonly onAnswered: (spec: RunSpec, answer: Answer) => void;
};

/** What becomes of an answer before its run ends. */
export function answerTaking({ cache, onAnswered }: AnswerTakingDeps) {
  return async (spec: RunSpec, answer: Answer): Promise<void> => {
    onAnswered(spec, answer);
    await keepWholeAnswer(cache, spec, answer);
  };
}

/**
 * Only a whole answer may serve others: one that ended by itself, not by length, filter or failure. An empty
 * one is taken for a hiccup.
 */
async function keepWholeAnswer(
  cache: Pick<Cache, 'keep'>,
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
