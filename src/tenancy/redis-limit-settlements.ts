import type { Logger } from '../telemetry/logger.ts';

/** How often it is told again what was not confirmed. */
const TELL_AGAIN_MS = 1_000;

/** So many generations wait to be told of. */
const MOST_WAITING = 50_000;

/** What is to be told of generations, and was not confirmed yet. Nothing here rejects. */
export type LimitSettlements<Settlement> = AsyncDisposable & {
  /** Tells it at once, and again and again until it is confirmed; of one generation in this order. */
  add(settlement: Settlement): void;
  /** Whether all that was added of a generation is confirmed, once it was told at least. */
  areConfirmed(generationId: string): Promise<boolean>;
};

/**
 * While nothing is confirmed for long, the oldest make room for those that come when `MOST_WAITING` wait.
 *
 * @param options.tell resolves to whether it is confirmed
 * @param options.insist the same, for the last time
 */
export function redisLimitSettlements<
  Settlement extends { readonly generationId: string },
>(options: {
  tell: (settlement: Settlement) => Promise<boolean>;
  insist: (settlement: Settlement) => Promise<boolean>;
  logger: Logger;
}): LimitSettlements<Settlement> {
  const { tell, insist, logger } = options;
  const waiting = new Map<string, Settlement[]>();
  const attempts = new Map<string, Promise<boolean>>();
  let tellingAgain = false;
  let isFull = false;

  /** One at a time for each generation. */
  function attempt(generationId: string, by: typeof tell): Promise<boolean> {
    const before = attempts.get(generationId) ?? Promise.resolve();
    const attempted = before.then(() => tellAll(generationId, by));
    attempts.set(generationId, attempted);
    attempted.then(() => {
      if (attempts.get(generationId) === attempted) attempts.delete(generationId);
    });
    return attempted;
  }

  async function tellAll(generationId: string, by: typeof tell): Promise<boolean> {
    const due = waiting.get(generationId) ?? [];
    for (let next = due[0]; next !== undefined; next = due[0]) {
      if (!(await by(next))) return false;
      due.shift();
    }
    if (waiting.get(generationId) === due) waiting.delete(generationId);
    return true;
  }

  async function tellWaiting(by: typeof tell) {
    for (const [generationId, due] of [...waiting]) {
      if (await attempt(generationId, by)) continue;
      // The others are likely to be refused as well; the next time another one is tried.
      if (waiting.delete(generationId)) waiting.set(generationId, due);
      return;
    }
    isFull = false;
  }

  async function tellAgain() {
    if (tellingAgain) return;
    tellingAgain = true;
    await tellWaiting(tell);
    tellingAgain = false;
  }

  function makeRoom() {
    if (waiting.size < MOST_WAITING) return;
    if (!isFull)
      logger.warn({}, 'redis is away for too long: not all that is taken will be counted');
    isFull = true;
    const [oldest = ''] = waiting.keys();
    waiting.delete(oldest);
  }

  const telling = setInterval(() => void tellAgain(), TELL_AGAIN_MS);

  return {
    add(settlement) {
      const { generationId } = settlement;
      const due = waiting.get(generationId);
      if (due !== undefined) {
        due.push(settlement);
        return;
      }
      makeRoom();
      waiting.set(generationId, [settlement]);
      void attempt(generationId, tell);
    },
    async areConfirmed(generationId) {
      await attempts.get(generationId);
      return !waiting.has(generationId);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(telling);
      await Promise.all(attempts.values());
      await tellWaiting(insist);
      const generations = waiting.size;
      if (generations > 0)
        logger.warn({ generations }, 'what generations have taken is not counted');
    },
  };
}
