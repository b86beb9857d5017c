import { isDeepStrictEqual } from 'node:util';
import { oneAtATime } from '../redis/one-at-a-time.ts';
import type { Liveness } from './redis-liveness.ts';
import type { GuardedPeersOptions } from './redis-peers-options.ts';
import { remoteListeners } from './redis-remote-listeners.ts';
import { claimRun, discardRun, reclaimRun } from './redis-run-claims.ts';
import { createJoining } from './redis-run-joining.ts';
import { wakeChannel } from './redis-run-keys.ts';
import {
  type RunPlace,
  readOwnership,
  readRun,
  releaseRun,
  takeRun,
  tellListening,
  unfollow,
} from './redis-run-ownership.ts';
import type { Part } from './redis-run-part.ts';
import { keyOfRun, type RunId } from './run-id.ts';
import type { RunClaim, RunLease, RunLeases } from './run-leases.ts';
import { type FencingToken, RunLost, type RunReset } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';

const FIRST_TOKEN = 1;
/** How often what may have been missed is looked for, at the least. */
const LOOK_EVERY_MS = 1_000;

/**
 * Leases in Redis (6.2 or later). A process holds all its leases by one key that says that it lives; who owns
 * which run stands with the run.
 *
 * @param options.liveness of the same process; not closed by the leases
 * @param options.guard of what a request waits for
 */
export function redisRunLeases(
  options: Omit<GuardedPeersOptions, 'timeoutMs' | 'maxBytes' | 'keepMs' | 'clock'> & {
    readonly liveness: Liveness;
  },
): RunLeases & AsyncDisposable {
  const { redis, channels, keyPrefix, sealer, processId, liveness, guard, logger } = options;
  const parts = new Map<RunId, Part>();
  const others = remoteListeners({ processId, liveness, logger });
  const joining = createJoining((key) => {
    for (const part of parts.values())
      if (part.foretold && keyOfRun(part.spec.id) === key) void part.tell();
  });

  function partIn(spec: RunSpec, known: Pick<Part, 'token' | 'owner'> & Partial<Part>): Part {
    const part: Part = {
      place: placeOf(spec.id),
      spec,
      hooks: null,
      listening: [],
      heard: false,
      remote: new Map(),
      disowned: false,
      foretold: false,
      tell: oneAtATime(() => tell(part)),
      lookWhoListens: oneAtATime(() => others.look(part)),
      untold: false,
      ...known,
    };
    parts.set(spec.id, part);
    return part;
  }

  function placeOf(runId: RunId): RunPlace {
    return { redis, keyPrefix, sealer, processId, runId };
  }

  async function claim(spec: RunSpec): Promise<RunClaim> {
    let untold = false;
    try {
      const ask = () => claimRun(placeOf(spec.id), spec, FIRST_TOKEN);
      const other = await joining.during(spec, () => guard.run(ask));
      if (other !== null) return { owned: false, runId: other };
    } catch (error) {
      // It may be owned by now all the same, or have joined another: that is found out when it is told.
      logger.debug({ error, runId: spec.id }, 'run is not known to other processes');
      untold = true;
    }
    const part = partIn(spec, { token: FIRST_TOKEN, owner: processId, untold });
    return { owned: true, token: FIRST_TOKEN, lease: leaseOf(part) };
  }

  async function attend(runId: RunId, claimedBy?: string): Promise<RunLease | null> {
    const place = placeOf(runId);
    try {
      const run = await guard.run(() => readRun(place));
      if (run === null) {
        // It may go on, and this process cannot open it: nobody will listen to it here.
        if (claimedBy !== undefined) await guard.run(() => unfollow(place));
        return null;
      }
      const listening = claimedBy === undefined ? [] : [claimedBy];
      const told = { listening, heard: claimedBy !== undefined, untold: claimedBy === undefined };
      return leaseOf(partIn(run.spec, { token: null, owner: run.owner, ...told }));
    } catch {
      throw new RunLost();
    }
  }

  function leaseOf(part: Part): RunLease {
    const { place, spec } = part;
    return {
      spec,
      watch(hooks) {
        part.hooks = hooks;
      },
      tellListening(generationIds) {
        part.token = null;
        // The claim has told of it already.
        if (part.heard && isDeepStrictEqual(part.listening, generationIds)) return;
        part.listening = generationIds;
        part.heard &&= generationIds.length > 0;
        void part.tell();
      },
      isHeard: () => part.heard,
      askCancel: (generationId) => void askCancel(part, generationId),
      takeOver: (afterSeq, reset) => takeOver(part, afterSeq, reset),
      async retire(givenUp) {
        const { token } = part;
        // Whoever cannot be asked is not waited for.
        return (
          token === null || guard.run(() => others.retire(part, token, givenUp)).catch(() => true)
        );
      },
      reopen() {
        if (part.token !== null) void part.tell();
      },
      async release() {
        const { token } = part;
        return token !== null && guard.run(() => releaseRun(place, token)).catch(() => false);
      },
      disown() {
        part.disowned = true;
        void part.tell();
      },
      async discard() {
        const { token } = part;
        if (token !== null) await guard.run(() => discardRun(place, token)).catch(() => {});
      },
      close() {
        if (!part.disowned) letGo(part);
      },
    };
  }

  function letGo(part: Part) {
    const { runId } = part.place;
    if (parts.get(runId) === part) parts.delete(runId);
  }

  async function tell(part: Part) {
    part.untold = true;
    const { token } = part;
    try {
      if (token === null) await tellAsFollower(part);
      else if (part.disowned) await tellDisowned(part, token);
      else await tellAsOwner(part, token);
      part.untold = false;
    } catch (error) {
      logger.debug({ error, runId: part.spec.id }, 'redis was not told of a run');
    }
  }

  async function tellAsFollower(part: Part) {
    const { listening } = part;
    const coming = joining.of(part.spec.id).filter((id) => !listening.includes(id));
    part.foretold = coming.length > 0;
    const held = await tellListening(part.place, [...listening, ...coming]);
    part.heard = held !== null && Math.min(listening.length, part.listening.length) > 0;
    if (held !== null) part.owner = held.owner;
    if (held?.owner === '') part.hooks?.onOrphaned();
  }

  async function tellDisowned(part: Part, token: FencingToken) {
    await releaseRun(part.place, token);
    letGo(part);
  }

  async function tellAsOwner(part: Part, token: FencingToken) {
    const { owned, other } = await reclaimRun(part.place, part.spec, token);
    if (!owned) part.hooks?.onTakenOver();
    // A claim whose answer was late has joined the other one for nobody.
    if (other !== null && !parts.has(other)) await unfollow(placeOf(other));
  }

  async function askCancel(part: Part, generationId: string) {
    // Another process may own it by now.
    await part.tell();
    const channel = wakeChannel(keyPrefix, part.owner);
    await redis.publish(channel, `cancel ${part.spec.id} ${generationId}`).catch(() => {});
  }

  async function takeOver(part: Part, afterSeq: number, reset: RunReset) {
    try {
      const held = await readOwnership(part.place);
      if (held === null || held.ended) return null;
      part.owner = held.owner;
      // It may say that this process owns it: then the answer to an earlier call was lost.
      const mayBeTaken =
        ['', processId].includes(held.owner) || (await liveness.isGone(held.owner));
      if (!mayBeTaken) return null;
      const taken = await takeRun(part.place, held.token, afterSeq, reset);
      if (taken === null) return null;
      logger.warn({ runId: part.place.runId, owner: held.owner }, 'owner of a run is lost');
      part.token = taken.token;
      part.owner = processId;
      await others.set(part, taken.listening);
      return taken;
    } catch (error) {
      logger.debug({ error, runId: part.spec.id }, 'run cannot be taken over');
      return null;
    }
  }

  function hear(message: string) {
    const [word, runId = '', generationId = ''] = message.split(' ');
    const part = parts.get(runId);
    if (part === undefined) return;
    switch (word) {
      case 'listening':
        void part.lookWhoListens();
        break;
      case 'cancel':
        part.hooks?.onCancel(generationId);
        break;
      case 'orphaned':
        part.owner = '';
        part.hooks?.onOrphaned();
        break;
      case 'taken':
        // Whoever cannot ask Redis cannot read what the new owner writes either, and goes on until it can.
        void part.tell();
        break;
    }
  }

  /** Looks for what no message has told: one that is answered late holds up none of the others. */
  const look = oneAtATime(async () => {
    await Promise.all([...[...parts.values()].map(lookAt), lookForOrphans()]);
  });

  async function lookAt(part: Part) {
    if (part.untold) await part.tell();
    else if (part.token !== null && part.remote.size > 0) await part.lookWhoListens();
  }

  async function lookForOrphans() {
    const followed = [...parts.values()].filter(({ token }) => token === null);
    for (const owner of new Set(followed.map((part) => part.owner))) {
      if (owner !== '' && !(await liveness.isGone(owner))) continue;
      for (const part of followed) if (part.owner === owner) part.hooks?.onOrphaned();
    }
  }

  const lookingEvery = setInterval(() => void look(), Math.min(LOOK_EVERY_MS, options.leaseMs / 4));
  const stopListening = channels.listen(wakeChannel(keyPrefix, processId), hear);
  const stopHearing = options.onReconnected(() => {
    for (const part of parts.values()) Object.assign(part, { untold: true, heard: false });
    void look();
  });

  return {
    claim,
    attend,
    async [Symbol.asyncDispose]() {
      clearInterval(lookingEvery);
      stopListening();
      stopHearing();
      parts.clear();
    },
  };
}
