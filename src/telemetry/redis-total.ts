import type { Clock } from '../domain/clock.ts';
import type { RedisClient } from '../redis/client.ts';
import { defineScript } from '../redis/script.ts';
import { type BucketState, countedIn } from './bucket.ts';
import { mergeBuckets } from './merge-buckets.ts';
import type { Series } from './series.ts';
import { parseBucket } from './stored-bucket.ts';

/** How often to begin again when others write in between. Each time, one of them gets through. */
const ATTEMPTS = 50;

/** How long it is remembered how much of a process is in the total. */
const MARK_KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Before a process's id: the field that says `<how many of its portions are in the total> <when>`. */
const MARK = 'by:';

/** How the epoch of a total begins that was erased, and not lost. */
const ERASED = 'erased ';

/** Replaces the total if it is still the one that was read, and drops the fields named at the end. */
const replaceTotal = defineScript(`
if (redis.call('HGET', KEYS[1], 'stamp') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'stamp', ARGV[2], 'epoch', ARGV[3], 'state', ARGV[4], ARGV[5], ARGV[6])
for i = 7, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
redis.call('PERSIST', KEYS[1])
return 1
`);

/** Leaves nothing of the total but word of that, for as long as a process may be away that has counted into it. */
const eraseTotal = defineScript(`
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'stamp', ARGV[1], 'epoch', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

/** Runs one command, and may reject where Redis would hang. */
export type Call = <Result>(command: () => Promise<Result>) => Promise<Result>;

/** What all processes have ever counted of one tenant, or of all. */
export type SharedTotal = {
  /** Adds what this process has counted and not added yet. Only one at a time. */
  save(call: Call): Promise<void>;
  /** What all have added, and what this process has not. */
  read(call: Call): Promise<readonly BucketState[]>;
  /** Takes out what all have added, and tells them to begin anew. */
  erase(call: Call): Promise<void>;
  /** What this process has counted is gone: it begins anew. */
  forget(): void;
};

/** The hash as it was read. */
type StoredTotal = {
  readonly stamp: string;
  readonly epoch: string | null;
  /** One, or none yet. */
  readonly states: readonly BucketState[];
  /** How many portions of this process are in it. */
  readonly portions: number;
  readonly staleMarks: readonly string[];
};

/**
 * The total is one hash. To add a portion, a process reads it, merges, and writes it back unless another has
 * written in between. Beside it stands how many portions of each process are in it: one whose reply was lost
 * is kept as it was sent until that tells whether it arrived. So each request is counted once, each rating too, and the hash
 * does not grow with the processes that come and go.
 *
 * The epoch tells a total that goes on from one that began anew because Redis lost its data. To such a one a
 * process adds all that it has counted since it started. It tells as well that a total was erased: then a process begins
 * anew too.
 *
 * A process that is cut off in the middle of a write, for over a week, may add that portion twice.
 *
 * @param options.series what this process counts; nobody else takes from it
 * @param options.onLost called when Redis has lost what it held
 * @param options.onForgotten called when all that was counted is to be forgotten
 */
export function redisTotal(options: {
  redis: RedisClient;
  key: string;
  processId: string;
  newId: () => string;
  clock: Clock;
  series: Series;
  onLost: () => void;
  onForgotten: () => void;
}): SharedTotal {
  const { redis, key, newId, clock, series } = options;
  const ownMark = MARK + options.processId;
  let knownEpoch: string | null = null;
  let added = 0;
  /** The portion that was sent, or is about to be, and is not known to be in the total. */
  let underWay: BucketState | null = null;

  async function fetch(call: Call): Promise<StoredTotal> {
    const { stamp = '', epoch = null, state, ...marks } = await call(() => redis.hgetall(key));
    const { [ownMark]: own, ...others } = marks;
    const staleMarks = Object.entries(others).flatMap(([field, mark]) =>
      clock.now() - parseMark(mark).at > MARK_KEPT_MS ? [field] : [],
    );
    const states = state === undefined ? [] : [readable(state)];
    return { stamp, epoch, states, portions: parseMark(own).portions, staleMarks };
  }

  function isLost(stored: StoredTotal): boolean {
    return knownEpoch !== null && stored.epoch !== knownEpoch;
  }

  function isErased(stored: StoredTotal): boolean {
    return isLost(stored) && stored.epoch?.startsWith(ERASED) === true;
  }

  function forget() {
    knownEpoch = null;
    added = 0;
    underWay = null;
    options.onForgotten();
  }

  function countedSoFar(): BucketState {
    return mergeBuckets(series.parts('ALL', clock.now())).state();
  }

  /** Adds a portion, or all that was ever counted if the total began anew. */
  async function add(portion: BucketState, call: Call): Promise<void> {
    underWay = portion;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const stored = await fetch(call);
      if (isErased(stored)) forget();
      // It may have been forgotten while it was on its way, too.
      if (underWay === null) return;
      if (isLost(stored)) {
        options.onLost();
        knownEpoch = null;
        underWay = countedSoFar();
        series.takeNew();
      }
      if (await isAdded(underWay, stored, call)) {
        underWay = null;
        return;
      }
    }
    throw new Error('Other processes have written in between each time.');
  }

  /** False when another process was faster. */
  async function isAdded(portion: BucketState, stored: StoredTotal, call: Call): Promise<boolean> {
    if (countedIn(portion) === 0) return true;
    const epoch = stored.epoch ?? newId();
    const isThere = stored.portions > added || (await replace(stored, epoch, portion, call));
    if (!isThere) return false;
    knownEpoch = epoch;
    added += 1;
    return true;
  }

  async function replace(stored: StoredTotal, epoch: string, portion: BucketState, call: Call) {
    const total = JSON.stringify(mergeBuckets([...stored.states, portion]).state());
    const mark = `${added + 1} ${clock.now()}`;
    const args = [stored.stamp, newId(), epoch, total, ownMark, mark, ...stored.staleMarks];
    return (await call(() => replaceTotal(redis, [key], args))) === 1;
  }

  /** What this process has counted and the total lacks. */
  function missingIn(stored: StoredTotal): readonly BucketState[] {
    if (isErased(stored)) return [];
    if (isLost(stored)) return [countedSoFar()];
    const sent = underWay !== null && stored.portions <= added ? [underWay] : [];
    return [...sent, series.untaken()];
  }

  return {
    async save(call) {
      if (underWay !== null) await add(underWay, call);
      await add(series.takeNew(), call);
    },
    async read(call) {
      for (;;) {
        const before = { knownEpoch, added };
        const stored = await fetch(call);
        // What was read before a portion arrived would lack it.
        if (knownEpoch !== before.knownEpoch || added !== before.added) continue;
        return [...stored.states, ...missingIn(stored)];
      }
    },
    async erase(call) {
      await call(() => eraseTotal(redis, [key], [newId(), ERASED + newId(), MARK_KEPT_MS]));
      forget();
    },
    forget,
  };
}

/** @throws Error rather than that something would be written over what was counted since ever */
function readable(state: string): BucketState {
  const parsed = parseBucket(state);
  if (parsed === null) throw new Error('The total in Redis is not readable.');
  return parsed;
}

function parseMark(mark = '0 0'): { portions: number; at: number } {
  const [portions, at] = mark.split(' ');
  return { portions: Number(portions), at: Number(at) };
}
