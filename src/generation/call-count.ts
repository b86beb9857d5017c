/** Counts what is under way, and tells when nothing is. */
export type CallCount = {
  /** One more, until the result is called. */
  enter(): () => void;
  count(): number;
  /** Resolves when nothing is under way, or when `signal` aborts. */
  untilNone(signal: AbortSignal): Promise<void>;
};

export function createCallCount(): CallCount {
  let count = 0;
  const waiting = new Set<() => void>();

  function leave() {
    count -= 1;
    if (count > 0) return;
    for (const resolve of waiting) resolve();
  }

  return {
    enter() {
      count += 1;
      return leave;
    },
    count: () => count,
    async untilNone(signal) {
      if (count === 0 || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await promise;
      waiting.delete(resolve);
    },
  };
}
