import type { Cache, KeyedQuestion } from '../cache/port.ts';
import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { Principal } from '../tenancy/principal.ts';
import { type PlanDeps, prepareQuestion } from './plan.ts';

/** How many answers are stored at once: enough to keep an encoder and a store busy, and few beside other requests. */
const AT_ONCE = 8;

/** An answer that somebody has ready for a request. */
export type ReadyAnswer = { readonly request: GenerationRequest; readonly answer: string };

/** `message` completes a sentence that begins with the field. */
export type WarmProblem = {
  readonly index: number;
  readonly field: 'prompt' | 'answer' | 'model';
  readonly message: string;
};

export type WarmResult =
  | { readonly kind: 'done'; readonly stored: number; readonly skipped: number }
  /** Nothing was stored. */
  | { readonly kind: 'refused'; readonly problems: readonly WarmProblem[] };

/**
 * Stores ready answers as if a model had given them: each serves whoever of the tenant makes that request, with the same
 * rights as the caller, and is in no arm of an experiment: what an arm answers is to be its own.
 *
 * What callers may rely on:
 * - All are checked before the first is stored.
 * - To store the same again changes nothing but its age.
 * - Those that are not stored, since the cache is off or its store does not answer, are counted as skipped.
 * - When `signal` aborts it stops; what is stored stays.
 */
export type WarmCache = (
  answers: readonly ReadyAnswer[],
  caller: Principal,
  signal: AbortSignal,
) => Promise<WarmResult>;

type Prepared = { readonly question: KeyedQuestion; readonly inputTokens: number };

export function createWarming(
  deps: Omit<PlanDeps, 'cache' | 'newId'> & {
    readonly cache: Pick<Cache, 'keep'>;
    readonly maxAnswerBytes: number;
  },
): WarmCache {
  const { cache, countTokens, maxAnswerBytes } = deps;

  /** Or what is wrong with it. */
  function prepare(
    { request, answer }: ReadyAnswer,
    caller: Principal,
    index: number,
  ): Prepared | WarmProblem {
    if (2 * answer.length > maxAnswerBytes) {
      const message = `must be at most ${maxAnswerBytes} bytes (MAX_ANSWER_BYTES), at two a character`;
      return { index, field: 'answer', message };
    }
    try {
      const { question, prompt } = prepareQuestion(deps, request, caller, null);
      return { question, inputTokens: prompt.decision.inputTokensAfter };
    } catch (thrown) {
      if (!(thrown instanceof GatewayError)) throw thrown;
      const field = thrown.code === 'MODEL_UNKNOWN' ? 'model' : 'prompt';
      return { index, field, message: `is refused: ${thrown.message.replace(/\.$/, '')}` };
    }
  }

  function keep({ answer }: ReadyAnswer, { question, inputTokens }: Prepared): Promise<boolean> {
    return cache.keep(question, {
      text: answer,
      reasoning: null,
      model: question.request.model,
      usage: { inputTokens, outputTokens: countTokens(answer), source: 'ESTIMATED' },
    });
  }

  return async (answers, caller, signal) => {
    const prepared = answers.map((answer, index) => ({
      answer,
      ready: prepare(answer, caller, index),
    }));
    const problems = prepared.flatMap(({ ready }) => ('field' in ready ? [ready] : []));
    if (problems.length > 0) return { kind: 'refused', problems };

    let stored = 0;
    // All take from one list.
    const waiting = prepared.values();
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const { answer, ready } of waiting) {
          if (signal.aborted) return;
          if (!('field' in ready) && (await keep(answer, ready))) stored += 1;
        }
      }),
    );
    return { kind: 'done', stored, skipped: answers.length - stored };
  };
}
