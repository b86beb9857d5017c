import { z } from 'zod';
import type { RedisClient } from '../redis/client.ts';
import { answerOf } from '../redis/errors.ts';
import { pairsOf } from '../redis/pairs.ts';
import { defineScript } from '../redis/script.ts';
import { openJson, type Sealer } from '../redis/sealing.ts';
import { KEEP_RUNNING_MS, type RunKeys, runKeys, wakeChannel } from './redis-run-keys.ts';
import type { RunId } from './run-id.ts';
import type { RunTaken } from './run-leases.ts';
import { type FencingToken, type RunReset, TAKE_OVER_GAP } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';

/** One process's hold on one run in Redis. */
export type RunPlace = {
  readonly redis: RedisClient;
  readonly keyPrefix: string;
  readonly sealer: Sealer;
  readonly processId: string;
  readonly runId: RunId;
};

/** The generations that are listened to, by process. */
export type Listening = ReadonlyMap<string, readonly string[]>;

export type Ownership = {
  /** Empty: nobody's. */
  readonly owner: string;
  readonly token: FencingToken;
  readonly ended: boolean;
};

/** Says which generations are listened to in a process, and wakes the owner. */
const listen = defineScript(`
local state, listening = unpack(KEYS)
local process, generations, runId, wake, keepMs = unpack(ARGV)
local owner, token, ended = unpack(redis.call('HMGET', state, 'owner', 'token', 'ended'))
if not owner or ended then return false end
redis.call('HSET', listening, process, generations)
redis.call('PEXPIRE', listening, keepMs)
if owner ~= process then redis.pcall('PUBLISH', wake .. owner, 'listening ' .. runId) end
return {owner, token, ''}
`);

/** Null when there is nobody to tell: the run is unknown, or has ended. */
export async function tellListening(
  { redis, keyPrefix, processId, runId }: RunPlace,
  generationIds: readonly string[],
): Promise<Ownership | null> {
  const { state, listening } = runKeys(keyPrefix, runId);
  const told = await listen(
    redis,
    [state, listening],
    [...[processId, generationIds.join(' '), runId, wakeChannel(keyPrefix, ''), KEEP_RUNNING_MS]],
  );
  return told === null ? null : toOwnership(told);
}

/**
 * Owns the run when the token is still the one that was seen, and writes the reset that makes void what was written
 * before. Answers the new token, the seq of the reset, how many owners were lost so far, and who listens where; or
 * nothing.
 */
const take = defineScript(`
local events, state, listening = unpack(KEYS)
local seen, process, after, gap, reset, runId, wake, keepMs = unpack(ARGV)
local held, due, ended, owner = unpack(redis.call('HMGET', state, 'token', 'due', 'ended', 'owner'))
due = tonumber(due or '0')
if held ~= seen or ended or due > tonumber(after) + 1 then return false end
local seq, token = due + tonumber(gap), tonumber(held) + 1
redis.call('XADD', events, seq .. '-1', 'event', reset)
redis.call('HSET', state, 'token', token, 'owner', process, 'due', seq + 1)
local lost = redis.call('HINCRBY', state, 'lost', owner == '' and 0 or 1)
redis.call('HDEL', listening, process)
for _, key in ipairs({events, state, listening}) do redis.call('PEXPIRE', key, keepMs) end
if owner ~= '' then redis.pcall('PUBLISH', wake .. owner, 'taken ' .. runId) end
local others = redis.call('HGETALL', listening)
for index = 1, #others, 2 do
  redis.pcall('PUBLISH', wake .. others[index], 'log ' .. runId)
end
return {token, seq, lost, others}
`);

export async function takeRun(
  { redis, keyPrefix, sealer, processId, runId }: RunPlace,
  seen: FencingToken,
  afterSeq: number,
  reset: RunReset,
): Promise<(RunTaken & { readonly listening: Listening }) | null> {
  const keys = runKeys(keyPrefix, runId);
  const taken = await take(
    redis,
    [keys.events, keys.state, keys.listening],
    [
      ...[seen, processId, afterSeq, TAKE_OVER_GAP],
      ...[sealer.seal(JSON.stringify(reset), keys.events), runId],
      ...[wakeChannel(keyPrefix, ''), KEEP_RUNNING_MS],
    ],
  );
  if (taken === null) return null;
  const [token, seq, lost, listening] = takenSchema.parse(taken);
  return { token, seq, lost, listening: toListening(pairsOf(listening)) };
}

/**
 * Lets nobody join a run any more, when no other process listens, but those that are said to be dead and to
 * generations that are given up. Answers who listens where; nothing for a process that does not own the run.
 */
const retire = defineScript(`
local state, listening, answering = unpack(KEYS)
local token, process, runId, dead, givenUp = unpack(ARGV)
local held, owner = unpack(redis.call('HMGET', state, 'token', 'owner'))
if held ~= token or (owner and owner ~= process) then return false end
for follower in string.gmatch(dead, '%S+') do redis.call('HDEL', listening, follower) end
local over = {}
for generation in string.gmatch(givenUp, '%S+') do over[generation] = true end
local others = redis.call('HGETALL', listening)
for index = 1, #others, 2 do
  for generation in string.gmatch(others[index + 1], '%S+') do
    if others[index] ~= process and not over[generation] then return {0, others} end
  end
end
if redis.call('GET', answering) == runId then redis.call('DEL', answering) end
return {1, others}
`);

export type Retirement = { readonly retired: boolean; readonly listening: Listening };

export async function retireRun(
  { redis, keyPrefix, processId, runId }: RunPlace,
  token: FencingToken,
  disregard: { readonly dead: readonly string[]; readonly givenUp: readonly string[] },
): Promise<Retirement | null> {
  const { state, listening, answering } = runKeys(keyPrefix, runId);
  const answer = await retire(
    redis,
    [state, listening, answering],
    [token, processId, runId, disregard.dead.join(' '), disregard.givenUp.join(' ')],
  );
  if (answer === null) return null;
  const [retired, others] = z.tuple([z.number(), listeningSchema]).parse(answer);
  return { retired: retired === 1, listening: toListening(pairsOf(others)) };
}

/** Makes a run nobody's, with a token that its owner has not. */
const release = defineScript(`
local state, listening = unpack(KEYS)
local token, process, runId, wake = unpack(ARGV)
local held, owner, ended = unpack(redis.call('HMGET', state, 'token', 'owner', 'ended'))
if held ~= token or owner ~= process or ended then return 0 end
redis.call('HSET', state, 'owner', '', 'token', tonumber(token) + 1)
for _, follower in ipairs(redis.call('HKEYS', listening)) do
  redis.pcall('PUBLISH', wake .. follower, 'orphaned ' .. runId)
end
return 1
`);

export async function releaseRun(
  { redis, keyPrefix, processId, runId }: RunPlace,
  token: FencingToken,
): Promise<boolean> {
  const { state, listening } = runKeys(keyPrefix, runId);
  const wake = wakeChannel(keyPrefix, '');
  return (await release(redis, [state, listening], [token, processId, runId, wake])) === 1;
}

/** Null when there is no such run. */
export async function readOwnership({
  redis,
  keyPrefix,
  runId,
}: RunPlace): Promise<Ownership | null> {
  const state = await fields(redis, runKeys(keyPrefix, runId), ['owner', 'token', 'ended']);
  return state[0] === null ? null : toOwnership(state);
}

/** Null when there is no such run, or none that this process can open. */
export async function readRun({
  redis,
  keyPrefix,
  sealer,
  runId,
}: RunPlace): Promise<{ readonly spec: RunSpec; readonly owner: string } | null> {
  const keys = runKeys(keyPrefix, runId);
  const [stored, owner] = await fields(redis, keys, ['spec', 'owner']);
  if (stored == null || owner == null) return null;
  const spec = openJson(sealer, stored, keys.state) as RunSpec | undefined;
  return spec === undefined ? null : { spec, owner };
}

/** Who listens where. */
export async function readListening({ redis, keyPrefix, runId }: RunPlace): Promise<Listening> {
  const { listening } = runKeys(keyPrefix, runId);
  return toListening(Object.entries(await answerOf(redis.hgetall(listening))));
}

/** Says that this process does not follow the run. */
export async function unfollow({ redis, keyPrefix, processId, runId }: RunPlace): Promise<void> {
  await redis.hdel(runKeys(keyPrefix, runId).listening, processId);
}

function fields(redis: RedisClient, { state }: RunKeys, names: readonly string[]) {
  return answerOf(redis.hmget(state, ...names));
}

const listeningSchema = z.array(z.string());
const takenSchema = z.tuple([z.number(), z.number(), z.number(), listeningSchema]);
const ownershipSchema = z.tuple([z.string(), z.string(), z.string().nullable()]);

function toOwnership(told: unknown): Ownership {
  const [owner, token, ended] = ownershipSchema.parse(told);
  return { owner, token: Number(token), ended: ended === '1' };
}

/** @param pairs processes and their generations, with spaces between */
function toListening(pairs: readonly (readonly [string, string])[]): Listening {
  return new Map(pairs.map(([id, ids]) => [id, ids.split(' ').filter((each) => each !== '')]));
}
