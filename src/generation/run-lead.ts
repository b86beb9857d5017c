import { failureFields, type GatewayError, toGatewayError } from '../domain/errors.ts';
import type { Fallback } from '../router/port.ts';
import { type Answer, type AskDeps, askCandidates, type Tally } from './ask.ts';
import { endWithNothing } from './end-with-nothing.ts';
import { type RunEnd, RunLogFenced } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';
import type { RunWriter } from './run-writer.ts';

export type LeadDeps = AskDeps & {
  /**
   * Called with the outcome before listeners hear of the end, so that who saw the end of an answer and asks
   * again finds it in the cache. Must not throw.
   */
  readonly beforeEnd: (spec: RunSpec, answer: Answer) => Promise<void>;
};

/** What the owner of a run does: it asks the models and writes the log. */
export type Lead = {
  readonly writer: RunWriter;
  /** Milliseconds from the start of the run to the first text of the model that is asked now; null before it came. */
  firstTextMs(): number | null;
  /** Ends the run now; `reason` becomes its failure. The upstream sees the abort. */
  stop(reason: GatewayError): void;
  isStopped(): boolean;
  /** Resolves when the end is in the log; with null when this process may write no more. */
  readonly done: Promise<RunEnd | null>;
};

/**
 * Asks the candidates, from the first that has not failed, and writes what they say. However it ends, the log gets
 * exactly one `ended`, with the usage and cost of every call, unless another process took the run over.
 */
export function takeLead(
  deps: LeadDeps,
  spec: RunSpec,
  from: {
    readonly writer: RunWriter;
    readonly tally: Tally;
    /** The candidates that have failed before. */
    readonly fallbacks: readonly Fallback[];
    /** Why no model is to be asked any more; null when one is. */
    readonly stoppedFor: GatewayError | null;
  },
): Lead {
  const { writer, tally, fallbacks, stoppedFor } = from;
  const abort = new AbortController();
  if (stoppedFor !== null) abort.abort(stoppedFor);

  async function ask(): Promise<RunEnd | null> {
    const { question } = spec;
    const answer = await askCandidates(
      deps,
      question,
      writer,
      abort.signal,
      tally,
      fallbacks,
    ).catch(lostAnswer);
    // Others have written since: there is nothing to say any more.
    if (abort.signal.reason instanceof RunLogFenced) return null;
    const end: RunEnd = { ...answer.end, totalMs: deps.clock.elapsed() - tally.beganAt };
    try {
      await deps.beforeEnd(spec, answer);
      await writer.ended(end);
      return end;
    } catch (thrown) {
      if (thrown instanceof RunLogFenced) return null;
      throw thrown;
    }
  }

  /** A bug must not leave listeners without an end. */
  function lostAnswer(thrown: unknown): Answer {
    const error = toGatewayError(thrown);
    deps.logger.error({ error, runId: spec.id }, 'run failed in an unforeseen way');
    return { text: '', reasoning: '', end: endWithNothing('FAILED', failureFields(error)) };
  }

  return {
    writer,
    firstTextMs: () => tally.firstTokenMs,
    stop(reason) {
      if (!abort.signal.aborted) abort.abort(reason);
    },
    isStopped: () => abort.signal.aborted,
    done: ask(),
  };
}
