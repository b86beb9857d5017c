import type { RedisPeersOptions } from './redis-peers-options.ts';

/** An answer that takes longer shows a Redis that hung, and with it the time of all leases. */
const HUNG_MS = 250;

/**
 * Which processes are alive. Each says so again and again; one that has not for as long as the lease is taken for
 * dead. It may be stopped only: what it does when it goes on is for the fencing token to tell.
 */
export type Liveness = AsyncDisposable & {
  /** Whether a process has been silent for one lease at least, in all of which Redis was there to hear it. */
  isGone(processId: string): Promise<boolean>;
};

/** @param options.onReconnected Redis may have come back empty, or after all leases have run out */
export function redisLiveness(
  options: Pick<
    RedisPeersOptions,
    'redis' | 'keyPrefix' | 'processId' | 'leaseMs' | 'onReconnected'
  >,
): Liveness {
  const { redis, keyPrefix, processId, leaseMs } = options;
  const keyOf = (id: string) => `${keyPrefix}process:${id}`;
  /** Since when Redis has answered all that was asked, on `performance.now`. */
  let answeringSince: number | null = null;

  async function beat() {
    try {
      await redis.set(keyOf(processId), '', 'PX', leaseMs);
    } catch {
      // A Redis that does not hear this process may not hear the others either: full, read-only, away.
      answeringSince = null;
    }
  }

  const beating = setInterval(() => void beat(), leaseMs / 3);
  const stopHearing = options.onReconnected(() => {
    answeringSince = null;
    void beat();
  });
  void beat();

  return {
    async isGone(id) {
      const askedAt = performance.now();
      const found = await redis.exists(keyOf(id)).catch(() => null);
      const now = performance.now();
      if (found === null || now - askedAt > HUNG_MS) {
        answeringSince = null;
        return false;
      }
      answeringSince ??= now;
      return found === 0 && now - answeringSince >= leaseMs;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(beating);
      stopHearing();
      await redis.del(keyOf(processId)).catch(() => {});
    },
  };
}
