import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { type Latency, latencyOf } from './latency.ts';

export type LookUps = Latency & {
  /** The longest for which the event loop served nobody else, in milliseconds. */
  readonly gapMs: number;
};

const WARM_UP = 50;

/** Times look-ups, one at a time. Between them others have their turn, as they would in a server. */
export async function timeLookUps(
  prompts: readonly string[],
  lookUp: (prompt: string) => Promise<unknown>,
): Promise<LookUps> {
  for (const prompt of prompts.slice(0, WARM_UP)) await lookUp(prompt);
  const times: number[] = [];
  const gapMs = await longestGap(async () => {
    for (const prompt of prompts.slice(WARM_UP)) {
      await turn();
      const startedAt = performance.now();
      await lookUp(prompt);
      times.push(performance.now() - startedAt);
    }
  });
  return { ...latencyOf(times), gapMs };
}

/** Resolves to the longest for which the event loop served nobody else until `work` was done, in milliseconds. */
export async function longestGap(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  await turn();
  delay.disable();
  return delay.max / 1e6;
}
