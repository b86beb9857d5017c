import { setTimeout as wait } from 'node:timers/promises';
import { answerOf } from '../redis/errors.ts';
import { escapePattern, scanKeys } from '../redis/scan.ts';
import { defineScript } from '../redis/script.ts';
import type { DataScope } from '../tenancy/data-scope.ts';
import { endWithNothing } from './end-with-nothing.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';
import { KEEP_RUNNING_MS, runKeys, wakeChannel } from './redis-run-keys.ts';
import { isRunIn, type RunId, scopeInRunIds } from './run-id.ts';
import type { RunEnd, RunEventBody } from './run-log.ts';

/** How long runs that were cancelled may take to end. */
const ENDING_MS = 2_000;
const LOOK_AGAIN_MS = 50;
/** How long those who follow a run may take to read how it ended. */
const READING_MS = 100;

type ErasingOptions = Pick<GuardedPeersOptions, 'redis' | 'keyPrefix' | 'sealer'>;

/**
 * Ends a run for its owner, who may write no more, and for all who follow it. Its state is kept for an hour: whoever
 * still holds the log would write it again.
 */
const end = defineScript(`
local events, state, listening = unpack(KEYS)
local runId, ended, wake, keepMs = unpack(ARGV)
local token, due, owner, over = unpack(redis.call('HMGET', state, 'token', 'due', 'owner', 'ended'))
if not token or over then return 0 end
due = tonumber(due or '0')
-- Refused where the log has more than the state says, as when that was lost.
redis.pcall('XADD', events, due .. '-1', 'event', ended)
redis.call('HSET', state, 'token', tonumber(token) + 1, 'owner', '', 'due', due + 1, 'ended', '1')
for _, key in ipairs({events, state, listening}) do redis.call('PEXPIRE', key, keepMs) end
if owner and owner ~= '' then redis.pcall('PUBLISH', wake .. owner, 'taken ' .. runId) end
for _, follower in ipairs(redis.call('HKEYS', listening)) do
  redis.pcall('PUBLISH', wake .. follower, 'log ' .. runId)
end
return 1
`);

/** Takes out all that was said in a run that has ended, and all that it was asked. What goes on is left alone. */
const erase = defineScript(`
local events, state, listening, answering = unpack(KEYS)
local token, over = unpack(redis.call('HMGET', state, 'token', 'ended'))
if token and not over then return 0 end
redis.call('DEL', events, listening)
redis.call('HDEL', state, 'spec')
if redis.call('GET', answering) == ARGV[1] then redis.call('DEL', answering) end
return 1
`);

/**
 * Takes out of Redis what the runs of a scope were asked, and what they said. Those that have been cancelled are waited
 * for; the owner of one that has not ended after a while is not asked any more. A run that begins meanwhile may stay.
 *
 * @throws Error when Redis does not answer
 */
export async function eraseRuns(options: ErasingOptions, scope: DataScope): Promise<void> {
  await untilEnded(options, scope);
  await wait(READING_MS);
  for await (const runIds of scanRuns(options, scope)) {
    await Promise.all(runIds.map((runId) => eraseRun(options, runId)));
  }
}

async function untilEnded(options: ErasingOptions, scope: DataScope): Promise<void> {
  const endBy = performance.now() + ENDING_MS;
  let going: RunId[] = [];
  for await (const runIds of scanRuns(options, scope)) {
    going.push(...(await goingOf(options, runIds)));
  }
  while (going.length > 0 && performance.now() < endBy) {
    await wait(LOOK_AGAIN_MS);
    going = await goingOf(options, going);
  }
  await Promise.all(going.map((runId) => endRun(options, runId)));
}

async function* scanRuns(
  { redis, keyPrefix }: ErasingOptions,
  scope: DataScope,
): AsyncGenerator<readonly RunId[]> {
  const pattern = `${escapePattern(`${keyPrefix}run:{`)}*.${escapePattern(scopeInRunIds(scope))}*`;
  for await (const keys of scanKeys(redis, pattern)) {
    const runIds = new Set(keys.map(runIdIn));
    yield [...runIds].filter((runId) => isRunIn(runId, scope));
  }
}

/** Of `<prefix>run:{<key>}:<run>:<part>`. */
function runIdIn(key: string): RunId {
  return key.split(':').at(-2) ?? '';
}

async function goingOf({ redis, keyPrefix }: ErasingOptions, runIds: readonly RunId[]) {
  const states = await Promise.all(
    runIds.map((runId) => answerOf(redis.hmget(runKeys(keyPrefix, runId).state, 'token', 'ended'))),
  );
  return runIds.filter((_, index) => {
    const [token, ended] = states[index] ?? [];
    return token != null && ended == null;
  });
}

async function endRun({ redis, keyPrefix, sealer }: ErasingOptions, runId: RunId): Promise<void> {
  const { events, state, listening } = runKeys(keyPrefix, runId);
  const ended: RunEventBody = { type: 'ended', end: ERASED };
  const sealed = sealer.seal(JSON.stringify(ended), events);
  const args = [runId, sealed, wakeChannel(keyPrefix, ''), KEEP_RUNNING_MS];
  await end(redis, [events, state, listening], args);
}

async function eraseRun({ redis, keyPrefix }: ErasingOptions, runId: RunId): Promise<void> {
  const { events, state, listening, answering } = runKeys(keyPrefix, runId);
  await erase(redis, [events, state, listening, answering], [runId]);
}

/** What its model took, only the owner knows, and he is not there. */
const ERASED: RunEnd = {
  ...endWithNothing('CANCELLED', {
    code: 'CANCELLED',
    message: 'The generation was erased.',
    retryable: false,
    retryAfterMs: null,
  }),
  totalMs: 0,
};
