import type { Guard } from '../redis/guard.ts';
import type { LimitCalls } from './redis-limit-calls.ts';

/** So many are renewed in one call. */
const RENEWED_AT_ONCE = 1_000;

/** The generations of this process that are under way, kept in their places in Redis. Nothing here rejects. */
export type LimitPlaces = AsyncDisposable & {
  add(tenant: string, generationId: string): void;
  remove(tenant: string, generationId: string): void;
};

/**
 * Places are renewed three times in the time after which they are free by themselves. One that Redis has not heard of,
 * or has lost, is there from then on.
 */
export function redisLimitPlaces(options: {
  calls: LimitCalls;
  lostAfterMs: number;
  guard: Guard;
  onReconnected: (callback: () => void) => () => void;
}): LimitPlaces {
  const { calls, lostAfterMs, guard } = options;
  const places = new Map<string, Set<string>>();

  function renew() {
    for (const [tenant, ids] of places) {
      for (const some of inParts([...ids])) {
        guard.insist(() => calls.renew(tenant, some)).catch(waitForNext);
      }
    }
  }

  const renewing = setInterval(renew, lostAfterMs / 3);
  const stopHearing = options.onReconnected(renew);

  return {
    add(tenant, generationId) {
      const ids = places.get(tenant);
      if (ids === undefined) places.set(tenant, new Set([generationId]));
      else ids.add(generationId);
    },
    remove(tenant, generationId) {
      const ids = places.get(tenant);
      if (!ids?.delete(generationId)) return;
      if (ids.size === 0) places.delete(tenant);
      guard.run(() => calls.leave(tenant, [generationId])).catch(waitForNext);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(renewing);
      stopHearing();
      const left = [...places].map(([tenant, ids]) =>
        guard.insist(() => calls.leave(tenant, [...ids])).catch(waitForNext),
      );
      places.clear();
      await Promise.all(left);
    },
  };
}

function inParts<Item>(all: readonly Item[]): (readonly Item[])[] {
  const count = Math.ceil(all.length / RENEWED_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    all.slice(index * RENEWED_AT_ONCE, (index + 1) * RENEWED_AT_ONCE),
  );
}

/** A place that was not renewed is the next time, and one that was not freed is when its time is over. */
function waitForNext(): void {}
