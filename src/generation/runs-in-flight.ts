import type { StartedRun } from './run.ts';

/** The runs that are under way in this process, by the question that they answer. */
export type RunsInFlight = {
  /**
   * The run that answers `key` now, with one more seat; else the one that `start` begins, which others find
   * from this moment on, before it has begun.
   */
  joinOrStart(key: string, start: () => Promise<StartedRun>): Promise<SeatInRun>;
};

export type SeatInRun = StartedRun & {
  /** False for the request that began the run. */
  readonly joined: boolean;
};

export function createRunsInFlight(): RunsInFlight {
  const runs = new Map<string, Promise<StartedRun>>();

  async function joinOrStart(key: string, start: () => Promise<StartedRun>): Promise<SeatInRun> {
    for (let running = runs.get(key); running !== undefined; running = runs.get(key)) {
      const started = await running.catch(() => null);
      const seat = started?.run.join();
      if (started && seat) return { run: started.run, seat, joined: true };
      // It never began, or was stopped: whoever sees that first makes room for another.
      if (runs.get(key) === running) runs.delete(key);
    }
    const starting = start();
    runs.set(key, starting);
    const forget = () => {
      if (runs.get(key) === starting) runs.delete(key);
    };
    starting.then(({ run }) => run.ended).then(forget, forget);
    return { ...(await starting), joined: false };
  }

  return { joinOrStart };
}
