import type { Cache } from '../../src/cache/port.ts';
import type { RunLog } from '../../src/generation/run-log.ts';
import type { Dice } from './seeded-dice.ts';

/** As a store across a network is: others get a word in before and after each step. */
export function slowCache(cache: Cache, dice: Dice): Cache {
  return {
    ...cache,
    async lookUp(question) {
      await dice.pause();
      const found = await cache.lookUp(question);
      await dice.pause();
      return found;
    },
    async keep(question, answer) {
      await dice.pause();
      const isKept = await cache.keep(question, answer);
      await dice.pause();
      return isKept;
    },
  };
}

/** As slow as that. */
export function slowLog(log: RunLog, dice: Dice): RunLog {
  return {
    async append(runId, fencing, events) {
      await dice.pause();
      await log.append(runId, fencing, events);
      await dice.pause();
    },
    async *read(runId, afterSeq, signal) {
      await dice.pause();
      for await (const event of log.read(runId, afterSeq, signal)) {
        await dice.pause();
        if (signal.aborted) return;
        yield event;
      }
    },
    async lastSeq(runId) {
      await dice.pause();
      const seq = await log.lastSeq(runId);
      await dice.pause();
      return seq;
    },
    giveAway: (runId) => log.giveAway(runId),
    held: (scope) => log.held(scope),
    forget: (runIds) => log.forget(runIds),
    erase: (scope) => log.erase(scope),
    describe: () => log.describe(),
    [Symbol.asyncDispose]: () => log[Symbol.asyncDispose](),
  };
}
