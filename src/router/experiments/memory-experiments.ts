import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { knownStandings } from './known-standings.ts';
import type { Experiment, Experiments, Standing } from './port.ts';
import { changed } from './standing.ts';

/** Experiments of this process alone: when it starts the next time none was ever started. */
export function memoryExperiments(options: {
  experiments: () => readonly Experiment[];
  clock: Clock;
  logger: Logger;
}): Experiments {
  const known = knownStandings(options);
  let standings: ReadonlyMap<string, Standing> = new Map();
  return {
    current: known.current,
    async change(key, change) {
      const before = known.find(key);
      if (before === null) return null;
      const standing = changed(before, before.standing, change, options.clock.now());
      if (standing === before.standing) return { experiment: before, happened: false };
      standings = new Map([...standings, [key, standing]]);
      known.take(standings);
      return { experiment: { ...before, standing }, happened: true };
    },
  };
}
