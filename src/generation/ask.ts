import type { Clock } from '../domain/clock.ts';
import { failureFields, GatewayError, toGatewayError } from '../domain/errors.ts';
import { addUsage, type FinishReason, NO_USAGE, type TokenUsage } from '../domain/usage.ts';
import type { CountTokens } from '../prompt/tokens.ts';
import type { Candidate, Fallback } from '../router/port.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Upstream, UpstreamCall, UpstreamPart } from '../upstream/port.ts';
import type { PriceOf } from '../upstream/prices.ts';
import { wasAtWork } from './accounts.ts';
import type { RunEnd } from './run-log.ts';
import type { RunWriter } from './run-writer.ts';

export type AskDeps = {
  readonly upstream: Upstream;
  readonly priceOf: PriceOf;
  readonly countTokens: CountTokens;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Bound on one answer, reasoning included, at two bytes a UTF-16 unit. */
  readonly maxAnswerBytes: number;
};

export type Question = {
  /** Asked in order: the next one takes over when one fails in a retryable way. */
  readonly candidates: readonly [Candidate, ...Candidate[]];
  readonly call: Omit<UpstreamCall, 'model'>;
  /** Counted by the gateway, for calls whose provider does not say. */
  readonly inputTokens: number;
};

export type Answer = {
  readonly end: Omit<RunEnd, 'totalMs'>;
  readonly text: string;
  readonly reasoning: string;
};

/** One call of one model, over. `failure` is null exactly when it finished. */
type Attempt = {
  readonly text: string;
  readonly reasoning: string;
  readonly usage: TokenUsage;
  readonly model: string | null;
  readonly finishReason: FinishReason | null;
  readonly failure: GatewayError | null;
};

/** What all calls of one run add up to, and did so far while it goes on. */
export type Tally = {
  /** On `Clock.elapsed`. */
  readonly beganAt: number;
  usage: TokenUsage;
  costUsd: number | null;
  /** Of the model that is asked now; null before it came. */
  firstTokenMs: number | null;
  upstreamMs: number;
};

export function newTally(beganAt: number): Tally {
  return { beganAt, usage: NO_USAGE, costUsd: 0, firstTokenMs: null, upstreamMs: 0 };
}

/** What all calls of one run have in common. */
type Asking = {
  readonly deps: AskDeps;
  readonly question: Question;
  readonly writer: RunWriter;
  readonly signal: AbortSignal;
  readonly tally: Tally;
};

/**
 * Asks one candidate after another until one answers, writes what they say as they say it, and adds up in
 * `tally`. Resolves with the outcome, failures included; it rejects only for a bug.
 *
 * @param failedBefore the candidates that another process has asked in vain; the next one is the first to be asked
 */
export async function askCandidates(
  deps: AskDeps,
  question: Question,
  writer: RunWriter,
  signal: AbortSignal,
  tally: Tally,
  failedBefore: readonly Fallback[],
): Promise<Answer> {
  const fallbacks = [...failedBefore];
  const asking: Asking = { deps, question, writer, signal, tally };
  const others = question.candidates.slice(fallbacks.length + 1);

  let candidate = candidateAfter(question, fallbacks);
  let attempt = await askModel(asking, candidate.model);
  for (const next of others) {
    if (attempt.failure === null || !anotherMayDo(attempt.failure) || signal.aborted) break;
    fallbacks.push({ model: candidate.model, code: attempt.failure.code });
    candidate = next;
    tally.firstTokenMs = null;
    attempt = await takeOver(next.model);
  }
  return toAnswer(attempt, candidate, fallbacks, tally);

  async function takeOver(model: string): Promise<Attempt> {
    try {
      await writer.reset({ model, fallbacks: [...fallbacks], cause: 'fallback' });
    } catch (refusal) {
      return { ...attempt, failure: toGatewayError(refusal) };
    }
    return askModel(asking, model);
  }
}

/** Whether another model may answer. A gateway that has no room has none for that one either. */
function anotherMayDo({ code, retryable }: GatewayError): boolean {
  return retryable && code !== 'RATE_LIMITED';
}

/** The candidate that is asked when those of `fallbacks` have failed. */
export function candidateAfter(
  { candidates }: Question,
  fallbacks: readonly Fallback[],
): Candidate {
  return candidates[fallbacks.length] ?? candidates[0];
}

async function askModel(asking: Asking, model: string): Promise<Attempt> {
  const { deps, question, writer, signal, tally } = asking;
  const heard: Heard = { text: '', reasoning: '', underWay: !signal.aborted, finish: null };
  let failure: GatewayError | null = null;
  /** Of the call: it may have failed by itself, just when it was stopped. */
  let cause: GatewayError | null = null;
  try {
    await hear(asking, model, heard);
    if (heard.finish === null)
      throw new GatewayError('UPSTREAM_PROTOCOL', 'The answer has no end.');
    // An answer is finished only when all of it can be read.
    await writer.flush();
  } catch (thrown) {
    failure = toGatewayError(signal.aborted ? signal.reason : thrown);
    cause = thrown instanceof GatewayError ? thrown : failure;
    if (failure.code === 'INTERNAL') {
      deps.logger.error({ error: failure, model }, 'answer lost in an unforeseen way');
    }
    heard.finish = null;
  }

  const { text, reasoning, finish } = heard;
  const usage = usageOf(heard, cause, question.inputTokens, deps.countTokens);
  charge(tally, deps, model, usage);
  return {
    text,
    reasoning,
    usage,
    model: finish?.model ?? null,
    finishReason: finish?.finishReason ?? null,
    failure,
  };
}

/** What was heard of one call so far. */
type Heard = {
  text: string;
  reasoning: string;
  /** False while nothing was sent that could be charged: before the call, and as long as it waits to be sent. */
  underWay: boolean;
  finish: Extract<UpstreamPart, { type: 'finish' }> | null;
};

/** Calls the model and writes what it says as it says it, to the end. */
async function hear(asking: Asking, model: string, heard: Heard) {
  const { deps, question, writer, signal, tally } = asking;
  const parts = deps.upstream.stream({ ...question.call, model }, signal);
  for await (const part of timeWaits(parts, deps.clock, tally)) {
    switch (part.type) {
      case 'queued':
        heard.underWay = false;
        break;
      case 'failed':
        heard.underWay = false;
        if (wasAtWork(part.failure)) charge(tally, deps, model, promptOnly(question));
        break;
      case 'sent':
        heard.underWay = !signal.aborted;
        break;
      case 'finish':
        heard.finish = part;
        break;
      default:
        if (part.type === 'text') tally.firstTokenMs ??= deps.clock.elapsed() - tally.beganAt;
        heard[part.type] += part.text;
        assertWithinBound(heard, deps.maxAnswerBytes);
        await writer.output(part.type, part.text);
    }
  }
}

/** Yields what `parts` yields and adds up, in `tally`, how long each took to come. */
async function* timeWaits(parts: AsyncIterable<UpstreamPart>, clock: Clock, tally: Tally) {
  const iterator = parts[Symbol.asyncIterator]();
  try {
    for (;;) {
      const askedAt = clock.elapsed();
      const next = await iterator.next().finally(() => {
        tally.upstreamMs += clock.elapsed() - askedAt;
      });
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

function promptOnly({ inputTokens }: Question): TokenUsage {
  return { inputTokens, outputTokens: 0, source: 'ESTIMATED' };
}

function assertWithinBound({ text, reasoning }: Heard, maxBytes: number) {
  if (2 * (text.length + reasoning.length) <= maxBytes) return;
  throw new GatewayError(
    'UPSTREAM_PROTOCOL',
    `The answer grew past ${maxBytes} bytes (MAX_ANSWER_BYTES) and was stopped.`,
  );
}

/**
 * What a call is charged with. A provider's own count wins. A call that was cut short is charged with its
 * prompt and with what arrived, since providers bill both; one that was turned away costs nothing.
 */
function usageOf(
  { text, reasoning, underWay, finish }: Heard,
  failure: GatewayError | null,
  inputTokens: number,
  countTokens: CountTokens,
): TokenUsage {
  if (!underWay) return NO_USAGE;
  if (finish?.usage) return { ...finish.usage, source: 'PROVIDER' };
  const outputTokens = countTokens(text) + countTokens(reasoning);
  if (failure !== null && outputTokens === 0 && !wasAtWork(failure.code)) return NO_USAGE;
  return { inputTokens, outputTokens, source: 'ESTIMATED' };
}

/** Adds one call to the accounts of the run. */
function charge(tally: Tally, { priceOf }: AskDeps, model: string, usage: TokenUsage) {
  tally.usage = addUsage(tally.usage, usage);
  if (usage === NO_USAGE) return;
  const cost = priceOf(model, usage);
  tally.costUsd = tally.costUsd === null || cost === null ? null : tally.costUsd + cost;
}

function toAnswer(
  attempt: Attempt,
  candidate: Candidate,
  fallbacks: readonly Fallback[],
  tally: Tally,
): Answer {
  const { failure } = attempt;
  const answered = failure === null || attempt.text !== '';
  return {
    text: attempt.text,
    reasoning: attempt.reasoning,
    end: {
      status: failure === null ? 'FINISHED' : failure.code === 'CANCELLED' ? 'CANCELLED' : 'FAILED',
      finishReason: attempt.finishReason,
      failure: failure && failureFields(failure),
      model: attempt.model ?? (answered ? candidate.model : null),
      servedModel: answered ? candidate.model : null,
      fallbacks,
      usage: tally.usage,
      servedUsage: attempt.usage,
      costUsd: tally.costUsd,
      firstTokenMs: tally.firstTokenMs,
      upstreamMs: tally.upstreamMs,
    },
  };
}
