import type { GatewayError } from '../domain/errors.ts';
import { createCallCount } from './call-count.ts';
import type { Run } from './run.ts';

/** The runs that this process has a part in, until they are over. */
export type RunsUnderWay = {
  add(run: Run): void;
  /** This process ends: hands over those that there are, and whatever comes from now on. */
  handOver(reason: () => GatewayError, comesBack: (generationId: string) => boolean): void;
  /** Resolves when none is left, or `signal` aborts. */
  untilNone(signal: AbortSignal): Promise<void>;
};

export function createRunsUnderWay(): RunsUnderWay {
  const runs = new Set<Run>();
  const underWay = createCallCount();
  let leaving: ((run: Run) => void) | null = null;

  return {
    add(run) {
      // Its request was being planned when the others were handed over.
      leaving?.(run);
      runs.add(run);
      const leave = underWay.enter();
      const forget = () => {
        runs.delete(run);
        leave();
      };
      run.ended.then(forget, forget);
    },
    handOver(reason, comesBack) {
      leaving = (run) => void run.handOver(reason(), comesBack);
      for (const run of runs) leaving(run);
    },
    untilNone: underWay.untilNone,
  };
}
