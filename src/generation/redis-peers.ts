import type { DependencyHealth } from '../domain/health.ts';
import { createGuard } from '../redis/guard.ts';
import type { Peers } from './peers.ts';
import { redisGenerationRecords } from './redis-generation-records.ts';
import { redisLiveness } from './redis-liveness.ts';
import type { RedisPeersOptions } from './redis-peers-options.ts';
import { redisRatings } from './redis-ratings.ts';
import { redisRunLeases } from './redis-run-leases.ts';
import { redisRunLog } from './redis-run-log.ts';
import { redisSharedKeys } from './redis-shared-keys.ts';
import type { RunLog } from './run-log.ts';

/** How much longer than two leases the run of another process may be out of reach. */
const PATIENCE_MS = 5_000;

export type RedisPeers = AsyncDisposable & {
  readonly log: RunLog;
  readonly peers: Peers;
  health(): DependencyHealth;
};

/** The run log in Redis, and all else that the processes around one Redis share. Closes neither it nor the channels. */
export function redisPeers(options: RedisPeersOptions): RedisPeers {
  const { timeoutMs, clock, leaseMs } = options;
  const guard = createGuard({
    name: 'redis',
    timeoutMs,
    clock,
    whenAway: 'each process answers for itself, and nothing that it answers is known to the others',
  });
  const lostAfterMs = 2 * leaseMs + PATIENCE_MS;
  // What Redis holds of this process goes by this id.
  options.logger.info({ processId: options.processId }, 'sharing runs through redis');
  const liveness = redisLiveness(options);
  const leases = redisRunLeases({ ...options, liveness, guard });
  const records = redisGenerationRecords({ ...options, guard });
  const keys = redisSharedKeys({ ...options, guard });
  const log = redisRunLog({ ...options, lostAfterMs, guard });
  return {
    log,
    peers: { leases, records, keys, ratings: redisRatings({ ...options, guard }) },
    health: guard.health,
    async [Symbol.asyncDispose]() {
      for (const part of [log, keys, records, leases, liveness]) await part[Symbol.asyncDispose]();
    },
  };
}
