import { setTimeout as wait } from 'node:timers/promises';
import { digest } from '../cache/digest.ts';
import type { Clock } from '../domain/clock.ts';
import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { AcceptedRequest, Generation } from './accepted.ts';
import { RunLost, RunUnknown } from './run-log.ts';
import type { KeyHolder, SharedKeys } from './shared-keys.ts';

/** How long a generation of another process may take from its key to its record: the time to plan a request. */
const RECORD_WAIT_MS = 2_000;
const LOOK_AGAIN_MS = 25;

/** Which generation each principal's idempotency keys stand for. */
export type IdempotencyKeys = {
  /**
   * The generation that the request's key stands for, in whichever process, with one more listener; else the one
   * that `begin` begins, which the key stands for from this moment on. Requests without a key always begin.
   *
   * @throws GatewayError IDEMPOTENCY_CONFLICT when the key was used with another input, or what `begin` threw
   */
  attachOrBegin(
    accepted: AcceptedRequest,
    begin: () => Promise<Generation>,
  ): Promise<{ readonly generation: Generation; readonly attached: boolean }>;
  /** The generation is over: its key, if it has one, stands for it as long as it is known. */
  settle(generationId: string): void;
  /** This process does not know the generation any more; others may. */
  forget(generationId: string): void;
};

/** What a key stands for here: begun here, or known from another process. */
type Standing = {
  readonly generation: Generation;
  readonly digest: string;
  readonly begunNow: boolean;
};

/**
 * A key is freed when its generation never began, when it is not kept any more, and by a failure after which
 * the same request may succeed: a client that sends it again must not be told the old failure.
 *
 * @param options.find a generation of any process; null when it is not known
 */
export function createIdempotencyKeys(options: {
  shared: SharedKeys;
  find: (id: string, tenant: string) => Promise<Generation | null>;
  clock: Clock;
}): IdempotencyKeys {
  const { shared, find, clock } = options;
  const holders = new Map<string, Promise<Standing>>();
  /** The key of each generation that has one here. */
  const names = new Map<string, string>();

  async function attachOrBegin(accepted: AcceptedRequest, begin: () => Promise<Generation>) {
    const name = nameOf(accepted);
    if (name === null) return { generation: await begin(), attached: false };
    const digest = digestOf(accepted.request);

    // Nothing may come between the last look and the hold, or two begin.
    while (holders.has(name)) {
      const standing = await standingHere(name);
      if (standing !== null) return attach(standing, digest);
    }
    const holding = hold(name, { generationId: accepted.id, digest }, accepted.tenant, begin);
    holders.set(name, holding);
    try {
      const held = await holding;
      names.set(held.generation.accepted.id, name);
      return held.begunNow
        ? { generation: held.generation, attached: false }
        : attach(held, digest);
    } catch (error) {
      release(name, holding);
      throw error;
    }
  }

  /** What this process knows the key to stand for. */
  async function standingHere(name: string): Promise<Standing | null> {
    for (let held = holders.get(name); held !== undefined; held = holders.get(name)) {
      const standing = await held.catch(() => null);
      if (standing !== null && (await stillStands(standing.generation))) return standing;
      release(name, held);
    }
    return null;
  }

  function release(name: string, held: Promise<Standing>) {
    if (holders.get(name) === held) holders.delete(name);
  }

  function attach({ generation, digest: held }: Standing, digest: string) {
    if (held !== digest) throw conflict();
    generation.enter();
    return { generation, attached: true };
  }

  /** What the key stands for in all processes; of those that ask at the same time, one begins. */
  async function hold(
    name: string,
    own: KeyHolder,
    tenant: string,
    begin: () => Promise<Generation>,
  ): Promise<Standing> {
    const { generationId, digest } = own;
    const waitUntil = clock.elapsed() + RECORD_WAIT_MS;
    for (;;) {
      const holder = await shared.hold(name, own);
      if (holder.generationId === generationId) {
        names.set(generationId, name);
        const generation = await begin().catch(async (error: unknown) => {
          names.delete(generationId);
          await shared.free(name, generationId);
          throw error;
        });
        return { generation, digest, begunNow: true };
      }
      const generation = await find(holder.generationId, tenant);
      if (generation !== null && (await stillStands(generation))) {
        return { generation, digest: holder.digest, begunNow: false };
      }
      const isBeginning = generation === null && clock.elapsed() < waitUntil;
      if (isBeginning) await wait(LOOK_AGAIN_MS);
      else await shared.replace(name, holder, own);
    }
  }

  /** Asked when it counts: a client may be back before word of a failure has gone round. */
  async function stillStands(generation: Generation): Promise<boolean> {
    const { id, tenant } = generation.accepted;
    if ((await find(id, tenant)) === null) return false;
    if (generation.isStopped()) await generation.ended;
    const snapshot = await generation.snapshot().catch(nullIfLost);
    if (snapshot === null) return false;
    // It may have been given up while it was looked at.
    if (snapshot.status === 'RUNNING' && generation.isStopped()) return stillStands(generation);
    return snapshot.failure?.retryable !== true;
  }

  return {
    attachOrBegin,
    settle(generationId) {
      const name = names.get(generationId);
      if (name !== undefined) void shared.settle(name, generationId);
    },
    forget(generationId) {
      const name = names.get(generationId);
      if (name === undefined) return;
      names.delete(generationId);
      const held = holders.get(name);
      held?.then(
        ({ generation }) => {
          if (generation.accepted.id === generationId) release(name, held);
        },
        () => {},
      );
    },
  };
}

function nullIfLost(error: unknown): null {
  if (error instanceof RunUnknown || error instanceof RunLost) return null;
  throw error;
}

/** Keys of different principals never meet. */
function nameOf({
  request: { idempotencyKey },
  caller: { tenant, user },
}: AcceptedRequest): string | null {
  return idempotencyKey === null ? null : JSON.stringify([tenant, user, idempotencyKey]);
}

/** Equal for equal inputs: the transports make each request with its fields in one order. */
function digestOf(request: GenerationRequest): string {
  return digest([JSON.stringify(request)]);
}

function conflict(): GatewayError {
  return new GatewayError(
    'IDEMPOTENCY_CONFLICT',
    'The idempotency key was used with another input; use a new key for a new input.',
  );
}
