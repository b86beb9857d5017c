import { failureFields, type GatewayError, toGatewayError } from '../domain/errors.ts';
import { NO_USAGE } from '../domain/usage.ts';
import { type Answer, type AskDeps, askCandidates, newTally, type Question } from './ask.ts';
import type { RunEnd, RunLog } from './run-log.ts';
import { createRunWriter } from './run-writer.ts';
import { createSeats, type Seat } from './seats.ts';

/** A run in this process that nobody else may own needs no higher token than the first. */
const FIRST_TOKEN = 1;

export type RunDeps = AskDeps & {
  readonly log: RunLog;
  readonly coalesceMs: number;
  /** How long a run goes on with no listener; 0 stops it at once. */
  readonly graceMs: number;
};

export type RunPlan = Question & {
  readonly id: string;
  /**
   * Called with the outcome before listeners hear of it, so that who saw the end of an answer and asks
   * again finds it in the cache. Must not throw.
   */
  readonly beforeEnd: (answer: Answer) => Promise<void>;
};

/** The upstream calls made for one question, usually one, and the log of what came back. */
export type Run = {
  readonly id: string;
  /** On `Clock.elapsed`. */
  readonly startedAt: number;
  /** Milliseconds from the start to the first text of the model that is asked now; null before it came. */
  firstTextMs(): number | null;
  /** A seat for one more generation; null when the run was stopped or is over. */
  join(): Seat | null;
  /** Whether it is being stopped, or was. */
  isStopped(): boolean;
  /** Ends the run now; `reason` becomes its failure. The upstream sees the abort. */
  stop(reason: GatewayError): void;
  /** Resolves when the end is in the log. */
  readonly ended: Promise<RunEnd>;
};

export type StartedRun = {
  readonly run: Run;
  /** The seat of the request that began it. */
  readonly seat: Seat;
};

/**
 * Starts asking the candidates and writing what they say to the log. Resolves when the log can be read;
 * rejects with what the log threw when it takes no new run.
 *
 * Leaving is not cancelling: without a listener the run goes on for `graceMs`, then it is stopped and ends
 * as CANCELLED. However it ends, its log gets exactly one `ended`, with the usage and cost of every call.
 */
export async function startRun(deps: RunDeps, plan: RunPlan): Promise<StartedRun> {
  const writer = createRunWriter({
    log: deps.log,
    runId: plan.id,
    fencing: FIRST_TOKEN,
    coalesceMs: deps.coalesceMs,
  });
  await writer.started(plan.candidates[0].model);

  const startedAt = deps.clock.elapsed();
  const abort = new AbortController();
  const tally = newTally(startedAt);
  let over = false;
  const seats = createSeats({ graceMs: deps.graceMs, stop });

  function stop(reason: GatewayError) {
    if (!abort.signal.aborted) abort.abort(reason);
  }

  async function follow(): Promise<RunEnd> {
    const answer = await askCandidates(deps, plan, writer, abort.signal, tally).catch(lostAnswer);
    const end: RunEnd = { ...answer.end, totalMs: deps.clock.elapsed() - startedAt };
    await plan.beforeEnd(answer);
    await writer.ended(end);
    return end;
  }

  /** A bug must not leave listeners without an end. */
  function lostAnswer(thrown: unknown): Answer {
    const error = toGatewayError(thrown);
    deps.logger.error({ error, runId: plan.id }, 'run failed in an unforeseen way');
    return {
      text: '',
      reasoning: '',
      end: {
        status: 'FAILED',
        finishReason: null,
        failure: failureFields(error),
        model: null,
        servedModel: null,
        fallbacks: [],
        usage: NO_USAGE,
        servedUsage: NO_USAGE,
        costUsd: null,
        firstTokenMs: null,
        upstreamMs: 0,
      },
    };
  }

  const ended = follow().finally(() => {
    over = true;
    seats.close();
  });
  const seat = seats.take();
  const run: Run = {
    id: plan.id,
    startedAt,
    firstTextMs: () => tally.firstTokenMs,
    join: () => (over || abort.signal.aborted ? null : seats.take()),
    isStopped: () => abort.signal.aborted,
    stop,
    ended,
  };
  return { run, seat };
}
