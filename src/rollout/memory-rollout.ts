import type { Clock } from '../domain/clock.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Rollout, RolloutChanges, RolloutSwitches } from './port.ts';
import { type ChangedSwitches, createStanding } from './standing.ts';

/** Switches of this process alone, which stand as configured again when it starts the next time. */
export function memoryRollout(options: {
  configured: RolloutSwitches;
  clock: Clock;
  logger: Logger;
}): Rollout {
  const standing = createStanding(options);
  let changed: ChangedSwitches = {};
  return {
    current: standing.current,
    async change(changes) {
      if (Object.keys(changes).length === 0) return standing.current();
      changed = withChanges(changed, changes);
      return standing.take(changed, options.clock.now());
    },
  };
}

function withChanges(changed: ChangedSwitches, changes: RolloutChanges): ChangedSwitches {
  const all = Object.entries({ ...changed, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}
