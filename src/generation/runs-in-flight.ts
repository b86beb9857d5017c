import type { Run } from './run.ts';

/** The runs that are under way in this process, by the question that they answer. */
export type RunsInFlight = {
  /**
   * The run that answers `key` now, with one more listener; else the one that `start` begins, which others
   * find from this moment on, before it has begun.
   */
  joinOrStart(key: string, start: () => Promise<Run>): Promise<{ run: Run; joined: boolean }>;
};

export function createRunsInFlight(): RunsInFlight {
  const runs = new Map<string, Promise<Run>>();

  async function joinOrStart(key: string, start: () => Promise<Run>) {
    for (let running = runs.get(key); running !== undefined; running = runs.get(key)) {
      const run = await running.catch(() => null);
      if (run?.join()) return { run, joined: true };
      // It never began, or was stopped: whoever sees that first makes room for another.
      if (runs.get(key) === running) runs.delete(key);
    }
    const starting = start();
    runs.set(key, starting);
    const forget = () => {
      if (runs.get(key) === starting) runs.delete(key);
    };
    starting.then((run) => run.ended).then(forget, forget);
    return { run: await starting, joined: false };
  }

  return { joinOrStart };
}
