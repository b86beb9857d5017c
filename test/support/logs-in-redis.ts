import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import type { GenerationSnapshot } from '../../src/generation/generation.ts';
import { rangeOfEvents } from '../../src/generation/redis-run-events.ts';
import type { RunEvent } from '../../src/generation/run-log.ts';
import { createSealer } from '../../src/redis/sealing.ts';

/** More than any run has. */
const ALL_EVENTS = 100_000;

/** What Redis has of runs and generations in the end. */
export type LogsInRedis = {
  /** By the id of the run. */
  readonly logs: ReadonlyMap<string, readonly RunEvent[]>;
  /** The run of each generation that a model answered. */
  readonly runOf: ReadonlyMap<string, string>;
  /** The generations whose report somebody has taken upon himself. */
  readonly settledIds: ReadonlySet<string>;
  /** Keys that would stay. */
  readonly keysForEver: readonly string[];
};

export async function readLogs(redis: Redis, keyPrefix: string): Promise<LogsInRedis> {
  const place = { redis, sealer: createSealer(null) };
  const logs = new Map<string, readonly RunEvent[]>();
  const runOf = new Map<string, string>();
  const settledIds = new Set<string>();
  const keysForEver: string[] = [];
  for (const key of await redis.keys(`${keyPrefix}*`)) {
    if ((await redis.pttl(key)) === -1) keysForEver.push(key);
    const runId = /:([^:]+):events$/.exec(key)?.[1];
    if (runId !== undefined) logs.set(runId, await rangeOfEvents(place, key, -1, ALL_EVENTS));
    const id = /generation:\{(.*)\}$/.exec(key)?.[1];
    if (id === undefined) continue;
    const { record, settled } = await redis.hgetall(key);
    if (settled === '1') settledIds.add(id);
    const run = record === undefined ? undefined : JSON.parse(record).runId;
    if (typeof run === 'string') runOf.set(id, run);
  }
  return { logs, runOf, settledIds, keysForEver };
}

/** Each log is one story: it rises, has no gap but before a reset, and nothing comes after its end. */
export function checkLogs({ logs }: LogsInRedis) {
  for (const [runId, events] of logs) {
    let due = 0;
    let lengths = { text: 0, reasoning: 0 };
    for (const [index, event] of events.entries()) {
      const where = `event ${event.seq} in the log of ${runId}`;
      if (event.type === 'reset') expect(event.seq, where).toBeGreaterThanOrEqual(due);
      else expect(event.seq, where).toBe(due);
      due = event.seq + 1;
      if (event.type === 'ended') expect(index, where).toBe(events.length - 1);
      if (event.type === 'reset') lengths = { text: 0, reasoning: 0 };
      if (event.type !== 'text' && event.type !== 'reasoning') continue;
      expect(event.offset, `offset of ${where}`).toBe(lengths[event.type]);
      lengths = { ...lengths, [event.type]: event.offset + event.text.length };
    }
  }
}

/** Whoever was in touch with Redis all the time tells what its log tells. */
export function tellsWhatRedisHas(final: GenerationSnapshot, { logs, runOf }: LogsInRedis) {
  const events = logs.get(runOf.get(final.id) ?? '');
  const end = events?.at(-1);
  if (events === undefined || end?.type !== 'ended') return;
  const wasCut = events.some((event) => event.type === 'cut' && event.generationId === final.id);
  if (wasCut) return;
  const begin = events.findLastIndex(({ type }) => type === 'reset') + 1;
  const text = events
    .slice(begin)
    .map((event) => (event.type === 'text' ? event.text : ''))
    .join('');
  expect(final.text, `text of ${final.id} in Redis`).toBe(text);
  expect(final.status, `end of ${final.id} in Redis`).toBe(end.end.status);
}
