import type { FailureFields } from '../domain/errors.ts';
import { NO_USAGE } from '../domain/usage.ts';
import type { RunEnd } from './run-log.ts';

/** The end of a run of which nobody can tell what was said in it, nor what that took. */
export function endWithNothing(
  status: 'FAILED' | 'CANCELLED',
  failure: FailureFields,
): Omit<RunEnd, 'totalMs'> {
  return {
    status,
    finishReason: null,
    failure,
    model: null,
    servedModel: null,
    fallbacks: [],
    usage: NO_USAGE,
    servedUsage: NO_USAGE,
    costUsd: null,
    firstTokenMs: null,
    upstreamMs: 0,
  };
}
