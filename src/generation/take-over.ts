import { GatewayError } from '../domain/errors.ts';
import { spentSoFar } from './accounts.ts';
import { candidateAfter, newTally } from './ask.ts';
import { type Lead, type LeadDeps, takeLead } from './run-lead.ts';
import type { RunLease } from './run-leases.ts';
import type { RunLog } from './run-log.ts';
import { fallbacksOf, progressByNow } from './run-progress.ts';
import { createRunWriter } from './run-writer.ts';

/** A question whose owners were lost this often may well be what they were lost for. */
const MOST_OWNERS = 4;

export type TakeOverDeps = LeadDeps & { readonly log: RunLog; readonly coalesceMs: number };

/**
 * Goes on with a run whose owner was lost: makes void what that one has written, and asks the model again that was
 * asked. What the calls before took is in the accounts, as far as the log tells. Null when there is nothing to take
 * over, or somebody else has.
 *
 * @param startedAt of the run, on `Clock.elapsed`
 * @param unwanted why there is no need to ask a model any more; null when somebody waits
 */
export async function takeOverRun(
  deps: TakeOverDeps,
  lease: RunLease,
  startedAt: number,
  unwanted: () => GatewayError | null,
): Promise<Lead | null> {
  const { log, clock, coalesceMs } = deps;
  const { id: runId, question } = lease.spec;
  const progress = await progressByNow(log, runId);
  if (progress.end !== null) return null;

  const fallbacks = fallbacksOf(progress);
  const { model } = candidateAfter(question, fallbacks);
  const reset = { type: 'reset', model, fallbacks, cause: 'takeOver' } as const;
  const taken = await lease.takeOver(progress.seq, reset);
  if (taken === null) return null;

  const { token: fencing, seq, lost } = taken;
  try {
    await log.append(runId, fencing, [{ ...reset, seq }]);
  } catch (refusal) {
    lease.disown();
    throw refusal;
  }
  return takeLead(deps, lease.spec, {
    writer: createRunWriter({ log, runId, fencing, firstSeq: seq + 1, coalesceMs }),
    tally: {
      ...newTally(startedAt),
      ...spentSoFar(progress, question.inputTokens, deps),
      upstreamMs: clock.elapsed() - startedAt,
    },
    fallbacks,
    stoppedFor: lost >= MOST_OWNERS ? lostAgainAndAgain() : unwanted(),
  });
}

function lostAgainAndAgain(): GatewayError {
  return new GatewayError('INTERNAL', 'The servers that answered were lost again and again.');
}
