import { z } from 'zod';
import { defineScript } from '../redis/script.ts';
import { KEEP_RUNNING_MS, runKeys, wakeChannel } from './redis-run-keys.ts';
import type { RunPlace } from './redis-run-ownership.ts';
import type { RunId } from './run-id.ts';
import type { FencingToken, RunEventBody } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';

/**
 * Joins the run that answers the question, or owns a new one. Answers the id of the run to join, or nothing. The log
 * begins with it: whoever joins can take the run over, however soon its owner is lost.
 */
const claim = defineScript(`
local state, events, answering = unpack(KEYS)
local question, runId, process, token, spec, started, generation, wake, keepMs = unpack(ARGV)
local other = answering and redis.call('GET', answering)
if other then
  local owner, ended = unpack(redis.call('HMGET', question .. other .. ':state', 'owner', 'ended'))
  if owner and not ended then
    local listening = question .. other .. ':listening'
    local here = redis.call('HGET', listening, process) or ''
    redis.call('HSET', listening, process, here .. ' ' .. generation)
    redis.call('PEXPIRE', listening, keepMs)
    redis.pcall('PUBLISH', wake .. owner, 'listening ' .. other)
    return other
  end
end
redis.call('XADD', events, '0-1', 'event', started)
redis.call('HSET', state, 'token', token, 'owner', process, 'due', 1, 'spec', spec)
for _, key in ipairs({events, state}) do redis.call('PEXPIRE', key, keepMs) end
if answering then redis.call('SET', answering, runId, 'PX', keepMs) end
return false
`);

/** The id of another run that answers the question, which this process follows from now on; null: it owns `spec`. */
export async function claimRun(
  place: RunPlace,
  spec: RunSpec,
  token: FencingToken,
): Promise<RunId | null> {
  const { redis, keyPrefix, sealer, processId, runId } = place;
  const keys = runKeys(keyPrefix, runId);
  const started: RunEventBody = { type: 'started', model: spec.question.candidates[0].model };
  const own = [keys.state, keys.events];
  const other = await claim(redis, spec.shared ? [...own, keys.answering] : own, [
    keys.question,
    runId,
    processId,
    token,
    sealer.seal(JSON.stringify(spec), keys.state),
    sealer.seal(JSON.stringify(started), keys.events),
    spec.startedBy.id,
    wakeChannel(keyPrefix, ''),
    KEEP_RUNNING_MS,
  ]);
  return z.string().nullable().parse(other);
}

/**
 * Puts back what Redis has lost of a run that this process owns. Answers whether it does own it, and the id of
 * another run that others join to have the same question answered.
 */
const reclaim = defineScript(`
local state, answering = unpack(KEYS)
local runId, process, token, spec, keepMs = unpack(ARGV)
local held, owner, ended = unpack(redis.call('HMGET', state, 'token', 'owner', 'ended'))
local isOthers = held == token and owner and owner ~= process
if isOthers or (held and tonumber(held) > tonumber(token)) then return {0, ''} end
redis.call('HSET', state, 'token', token, 'owner', process, 'spec', spec)
redis.call('PEXPIRE', state, keepMs)
if not answering then return {1, ''} end
if not ended then redis.call('SET', answering, runId, 'PX', keepMs, 'NX') end
local other = redis.call('GET', answering)
return {1, other and other ~= runId and other or ''}
`);

export async function reclaimRun(
  place: RunPlace,
  spec: RunSpec,
  token: FencingToken,
): Promise<{ readonly owned: boolean; readonly other: RunId | null }> {
  const { redis, keyPrefix, sealer, processId, runId } = place;
  const keys = runKeys(keyPrefix, runId);
  const sealed = sealer.seal(JSON.stringify(spec), keys.state);
  const answer = await reclaim(redis, spec.shared ? [keys.state, keys.answering] : [keys.state], [
    ...[runId, processId, token, sealed, KEEP_RUNNING_MS],
  ]);
  const [owned, other] = z.tuple([z.number(), z.string()]).parse(answer);
  return { owned: owned === 1, other: other === '' ? null : other };
}

/**
 * Takes back a claim to a run that never began: with it goes all that was written of it, unless others follow it
 * already. Those may take it over.
 */
const discard = defineScript(`
local events, state, listening, answering = unpack(KEYS)
local token, runId, wake = unpack(ARGV)
if redis.call('HGET', state, 'token') ~= token then return 0 end
if redis.call('GET', answering) == runId then redis.call('DEL', answering) end
local others = redis.call('HKEYS', listening)
if #others == 0 then return redis.call('DEL', events, state, listening) end
redis.call('HSET', state, 'owner', '', 'token', tonumber(token) + 1)
for _, follower in ipairs(others) do
  redis.pcall('PUBLISH', wake .. follower, 'orphaned ' .. runId)
end
return 0
`);

export async function discardRun(place: RunPlace, token: FencingToken): Promise<void> {
  const { redis, keyPrefix, runId } = place;
  const { events, state, listening, answering } = runKeys(keyPrefix, runId);
  const args = [token, runId, wakeChannel(keyPrefix, '')];
  await discard(redis, [events, state, listening, answering], args);
}
