import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { CacheEntry } from '../entry.ts';
import { pathOf } from '../place.ts';
import type { EntryPlace } from '../store.ts';
import { createPacer } from './pacer.ts';
import { createPersistent } from './until-done.ts';

/** More than so many are left to a walk through the store. */
const MOST_WAITING = 10_000;
const READ_AT_ONCE = 16;

type Waiting = { readonly place: EntryPlace };
type Answer = PromiseSettledResult<CacheEntry | null>;

/** The places of which something was heard, until the store was read after that. */
export type Rereading = {
  add(place: EntryPlace): void;
  isWaiting(place: EntryPlace): boolean;
  lastFailure(): string | null;
};

/**
 * Reads in the background, in the order in which places were first added. What is read of a place that is added again
 * meanwhile counts for nothing, and it is read again. A place that cannot be read has its turn after the others.
 *
 * @param options.tooMany is called when more wait than are worth it; none of them is read then
 */
export function createRereading(options: {
  read: (place: EntryPlace) => Promise<CacheEntry | null>;
  apply: (place: EntryPlace, entry: CacheEntry | null) => void;
  tooMany: () => void;
  clock: Clock;
  logger: Logger;
  signal: AbortSignal;
}): Rereading {
  const { read, apply, tooMany, clock, signal } = options;
  const persistent = createPersistent({ ...options, what: 'reading what other processes keep' });
  /** By its path a place, in an object that another one takes the place of when it is added again. */
  const waiting = new Map<string, Waiting>();
  let running = false;

  async function readWaiting(): Promise<void> {
    const pace = createPacer(clock);
    while (waiting.size > 0 && !signal.aborted) {
      const some = firstOf(waiting, READ_AT_ONCE);
      const answers = await Promise.allSettled(some.map(([, { place }]) => read(place)));
      for (const [index, [path, asked]] of some.entries()) {
        if (signal.aborted) return;
        if (waiting.get(path) === asked) take(path, asked, answers[index]);
        await pace();
      }
      throwFirst(answers);
    }
  }

  function take(path: string, asked: Waiting, answer: Answer | undefined) {
    waiting.delete(path);
    if (answer?.status === 'fulfilled') apply(asked.place, answer.value);
    else waiting.set(path, asked);
  }

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    while (waiting.size > 0 && !signal.aborted) await persistent.untilDone(readWaiting);
    running = false;
  }

  return {
    add(place) {
      waiting.set(pathOf(place), { place });
      if (waiting.size > MOST_WAITING) {
        waiting.clear();
        tooMany();
      }
      void run();
    },
    isWaiting: (place) => waiting.has(pathOf(place)),
    lastFailure: persistent.lastFailure,
  };
}

function throwFirst(answers: readonly Answer[]): void {
  const failed = answers.find((answer) => answer.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const first: Item[] = [];
  for (const item of items) {
    first.push(item);
    if (first.length === count) break;
  }
  return first;
}
