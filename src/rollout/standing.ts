import type { Logger } from '../telemetry/logger.ts';
import type { RolloutState, RolloutSwitches } from './port.ts';

/** The switches that were changed, and are not set back. */
export type ChangedSwitches = Partial<RolloutSwitches>;

export type Standing = {
  current(): RolloutState;
  /** Takes over what is changed by now, and logs what that changes here. */
  take(changed: ChangedSwitches, changedAt: number): RolloutState;
};

/** The switches as they stand in this process: as configured until `take` says otherwise. */
export function createStanding(options: { configured: RolloutSwitches; logger: Logger }): Standing {
  const { configured, logger } = options;
  let state: RolloutState = { ...configured, changedAt: null };
  return {
    current: () => state,
    take(changed, changedAt) {
      const isConfigured = Object.keys(changed).length === 0;
      const before = state;
      state = { ...configured, ...changed, changedAt: isConfigured ? null : changedAt };
      logChanges(before, state, logger);
      return state;
    },
  };
}

function logChanges(before: RolloutSwitches, after: RolloutState, logger: Logger): void {
  const { cacheEnabled, semanticCacheEnabled, routingEnabled, abTestRatio } = after;
  const changes = {
    ...(cacheEnabled !== before.cacheEnabled && { cacheEnabled }),
    ...(semanticCacheEnabled !== before.semanticCacheEnabled && { semanticCacheEnabled }),
    ...(routingEnabled !== before.routingEnabled && { routingEnabled }),
    ...(abTestRatio !== before.abTestRatio && { abTestRatio }),
  };
  if (Object.keys(changes).length === 0) return;
  logger.info(changes, 'rollout switches changed');
}
