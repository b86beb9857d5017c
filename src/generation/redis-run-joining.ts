import { keyOfRun, type RunId } from './run-id.ts';
import type { RunSpec } from './run-spec.ts';

/** How long a request may take from the answer to its claim to its seat in the run that it joins. */
const SEATED_AFTER_MS = 100;

/**
 * The generations of this process that are about to join a run. Redis has put each in the run's list when it answers
 * the claim; what this process says of its listeners until then must not take it out again.
 *
 * @param onSeated all that joined is told by whoever listens, of runs with this key
 */
export function createJoining(onSeated: (key: string) => void) {
  const joining = new Map<string, Set<string>>();

  return {
    /** What `claim` comes to, which joins a run or owns `spec`. */
    async during<Result>(spec: RunSpec, claim: () => Promise<Result>): Promise<Result> {
      const key = keyOfRun(spec.id);
      const ids = joining.get(key) ?? new Set();
      joining.set(key, ids.add(spec.startedBy.id));
      try {
        return await claim();
      } finally {
        setTimeout(() => {
          ids.delete(spec.startedBy.id);
          if (ids.size === 0 && joining.get(key) === ids) joining.delete(key);
          onSeated(key);
        }, SEATED_AFTER_MS).unref();
      }
    },
    of: (runId: RunId): readonly string[] => [...(joining.get(keyOfRun(runId)) ?? [])],
  };
}
