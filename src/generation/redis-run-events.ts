import { z } from 'zod';
import type { RedisClient } from '../redis/client.ts';
import { answerOf } from '../redis/errors.ts';
import { defineScript } from '../redis/script.ts';
import { openJson, type Sealer } from '../redis/sealing.ts';
import { KEEP_RUNNING_MS, runKeys, wakeChannel } from './redis-run-keys.ts';
import type { RunId } from './run-id.ts';
import {
  dueFor,
  type FencingToken,
  type RunEvent,
  type RunEventBody,
  RunUnknown,
} from './run-log.ts';

/**
 * Appends events to a run, in one step: nobody reads a part of them. What is there already, because the answer to
 * an earlier call was lost, is not written twice.
 *
 * Answers the seq that is due next: the one after the last event when all are there, less when some before them are
 * missing; or -1 when a higher token has appended or the run has ended.
 */
const append = defineScript(`
local events, state, listening, answering = unpack(KEYS)
local token, process, runId, wake, keepMs, ends = unpack(ARGV, 1, 6)
local held, due, ended, owner = unpack(redis.call('HMGET', state, 'token', 'due', 'ended', 'owner'))
due = tonumber(due or '0')
if held and tonumber(held) > tonumber(token) then return -1 end
if held == token and owner and owner ~= process then return -1 end
if ended then
  if held == token and tonumber(ARGV[#ARGV - 2]) < due then return due end
  return -1
end
local before = due
for index = 7, #ARGV, 3 do
  local seq, goesOnFrom, event = tonumber(ARGV[index]), tonumber(ARGV[index + 1]), ARGV[index + 2]
  if goesOnFrom > due then return due end
  if seq >= due then
    redis.call('XADD', events, seq .. '-1', 'event', event)
    due = seq + 1
  end
end
if due == before then return due end
redis.call('HSET', state, 'token', token, 'due', due)
if ends == '1' then
  redis.call('HSET', state, 'ended', '1')
  if redis.call('GET', answering) == runId then redis.call('DEL', answering) end
end
-- Now and then is enough: what goes on is kept for far longer than it takes.
if ends == '1' or before <= 1 or math.floor(due / 100) > math.floor(before / 100) then
  for _, key in ipairs({events, state, listening}) do redis.call('PEXPIRE', key, keepMs) end
end
for _, follower in ipairs(redis.call('HKEYS', listening)) do
  if follower ~= process then redis.pcall('PUBLISH', wake .. follower, 'log ' .. runId) end
end
return due
`);

/** The seq that is due next; null for a process that may append no more. */
export async function appendEvents(
  redis: RedisClient,
  run: {
    readonly keyPrefix: string;
    readonly sealer: Sealer;
    readonly runId: RunId;
    readonly processId: string;
    readonly fencing: FencingToken;
    /** How long a run is kept that has ended. */
    readonly keepMs: number;
  },
  events: readonly RunEvent[],
): Promise<number | null> {
  const { keyPrefix, sealer, runId, processId, fencing } = run;
  const keys = runKeys(keyPrefix, runId);
  const ends = events.at(-1)?.type === 'ended';
  const due = await append(
    redis,
    [keys.events, keys.state, keys.listening, keys.answering],
    [
      fencing,
      processId,
      runId,
      wakeChannel(keyPrefix, ''),
      ends ? run.keepMs : KEEP_RUNNING_MS,
      ends ? 1 : 0,
      ...events.flatMap((event) => {
        const { seq, ...body } = event;
        return [seq, dueFor(event), sealer.seal(JSON.stringify(body), keys.events)];
      }),
    ],
  );
  return due === -1 ? null : z.number().parse(due);
}

/** The highest token that owns the run, or did; 0 when nobody has. */
export async function highestToken(redis: RedisClient, stateKey: string): Promise<FencingToken> {
  return Number((await answerOf(redis.hget(stateKey, 'token'))) ?? 0);
}

/**
 * At most `count` events after `afterSeq`, in order.
 *
 * @throws RunUnknown when one of them cannot be opened
 */
export async function rangeOfEvents(
  { redis, sealer }: { readonly redis: RedisClient; readonly sealer: Sealer },
  eventsKey: string,
  afterSeq: number,
  count: number,
): Promise<RunEvent[]> {
  const asked = redis.xrange(eventsKey, `${afterSeq + 1}-0`, '+', 'COUNT', count);
  return (await answerOf(asked)).map(([id, [, stored = '']]) => {
    const body = openJson(sealer, stored, eventsKey) as RunEventBody | undefined;
    if (body === undefined) throw new RunUnknown();
    return { ...body, seq: Number.parseInt(id, 10) };
  });
}
