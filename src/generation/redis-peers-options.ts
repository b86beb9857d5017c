import type { Clock } from '../domain/clock.ts';
import type { Channels } from '../redis/channels.ts';
import type { RedisClient } from '../redis/client.ts';
import type { Guard } from '../redis/guard.ts';
import type { Sealer } from '../redis/sealing.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What this process shares with others by, and how patient it is with them. */
export type RedisPeersOptions = {
  readonly redis: RedisClient;
  readonly channels: Channels;
  readonly keyPrefix: string;
  /** Of all that holds a prompt or an answer. What it cannot open counts as unknown. */
  readonly sealer: Sealer;
  /** An id that no other process has, nor had. */
  readonly processId: string;
  /** How long a process may be silent before others take over what it owns. */
  readonly leaseMs: number;
  /** How long a request waits for Redis. */
  readonly timeoutMs: number;
  /** Bound on what this process holds in memory of all run logs. */
  readonly maxBytes: number;
  /** How long an ended generation is kept. */
  readonly keepMs: number;
  /** Calls back when Redis may have come back with less than it had; returns what ends that. */
  readonly onReconnected: (callback: () => void) => () => void;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** What each part of that is opened with; `guard` is of what a request waits for. */
export type GuardedPeersOptions = RedisPeersOptions & { readonly guard: Guard };
