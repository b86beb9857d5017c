import type { Logger } from '../../telemetry/logger.ts';
import type { Experiment, Standing, StandingExperiment } from './port.ts';
import { fitting, NEVER_STARTED } from './standing.ts';

export type KnownStandings = {
  /** Costs nothing unless something changed. */
  current(): readonly StandingExperiment[];
  find(key: string): StandingExperiment | null;
  /** Takes over how experiments stand by now, and logs what that changes here. Those that it does not name were never started. */
  take(standings: ReadonlyMap<string, Standing>): void;
};

/**
 * How experiments stand as far as this process knows: never started until `take` says otherwise.
 *
 * @param options.experiments those that are set up; asked each time, and another list when they are others
 */
export function knownStandings(options: {
  experiments: () => readonly Experiment[];
  logger: Logger;
}): KnownStandings {
  let standings: ReadonlyMap<string, Standing> = new Map();
  let defined: readonly Experiment[] | null = null;
  let told: readonly StandingExperiment[] = [];

  function current() {
    const experiments = options.experiments();
    if (experiments !== defined) tell(experiments);
    return told;
  }

  function tell(experiments: readonly Experiment[]) {
    defined = experiments;
    told = experiments.map((experiment) => ({
      ...experiment,
      standing: fitting(experiment, standings.get(experiment.key) ?? NEVER_STARTED),
    }));
  }

  return {
    current,
    find: (key) => current().find((experiment) => experiment.key === key) ?? null,
    take(newStandings) {
      const before = new Map(current().map(({ key, standing }) => [key, standing]));
      standings = newStandings;
      tell(options.experiments());
      for (const { key, standing } of told)
        logChange(key, before.get(key), standing, options.logger);
    },
  };
}

function logChange(
  experiment: string,
  before: Standing | undefined,
  { state, run, share, adopted, conclusion }: Standing,
  logger: Logger,
): void {
  if (state === before?.state && run === before.run && share === before.share) return;
  logger.info({ experiment, state, run, share, adopted, conclusion }, 'experiment changed');
}
