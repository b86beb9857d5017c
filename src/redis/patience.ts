/** However much is answered, nobody waits for more than so many deadlines. */
const MOST_DEADLINES = 20;

/**
 * How long a dependency is waited for: as long as it answers something. A process that was busy itself reads what has
 * arrived before it decides, for its own delay is not the other's.
 *
 * @param timeoutMs how long it may be silent, while there is something that it has not answered
 */
export function createPatience(timeoutMs: number) {
  let answeredAt = Number.NEGATIVE_INFINITY;

  /** Resolves or rejects as `answer` does, or rejects when it is late. */
  async function wait<Result>(answer: Promise<Result>): Promise<Result> {
    const askedAt = performance.now();
    const late = Promise.withResolvers<never>();
    let timer: NodeJS.Timeout | undefined;
    let reading: NodeJS.Immediate | undefined;

    function lookIn(ms: number) {
      timer = setTimeout(() => {
        reading = setImmediate(decide);
      }, ms);
    }

    function decide() {
      const now = performance.now();
      const silentMs = now - Math.max(askedAt, answeredAt);
      const isLate = silentMs >= timeoutMs || now - askedAt >= MOST_DEADLINES * timeoutMs;
      if (isLate) late.reject(new Error(`No answer within ${timeoutMs} ms.`));
      else lookIn(timeoutMs - silentMs);
    }

    lookIn(timeoutMs);
    try {
      const result = await Promise.race([answer, late.promise]);
      answeredAt = performance.now();
      return result;
    } finally {
      clearTimeout(timer);
      clearImmediate(reading);
    }
  }

  return { wait };
}
