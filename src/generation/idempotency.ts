import { isDeepStrictEqual } from 'node:util';
import { GatewayError } from '../domain/errors.ts';
import type { Accepted, Generation } from './accepted.ts';
import { RunUnknown } from './run-log.ts';

/** Which generation each principal's idempotency keys stand for. */
export type IdempotencyKeys = {
  /**
   * The generation that the request's key stands for, with one more listener; else the one that `begin`
   * begins, which the key stands for from this moment on. Requests without a key always begin.
   *
   * @throws GatewayError IDEMPOTENCY_CONFLICT when the key was used with another input, or what `begin` threw
   */
  attachOrBegin(
    accepted: Accepted,
    begin: () => Promise<Generation>,
  ): Promise<{ readonly generation: Generation; readonly attached: boolean }>;
  /** Frees the key of a generation, unless it stands for another one by now. */
  free(accepted: Accepted): void;
};

type Holder = {
  /** Of the request that began it; the generation keeps it as well. */
  readonly accepted: Accepted;
  readonly generation: Promise<Generation>;
};

/**
 * A key is freed when its generation never began, when it is not kept any more, and by a failure after which
 * the same request may succeed: a client that sends it again must not be told the old failure.
 */
export function createIdempotencyKeys(options: {
  /** Whether a generation is known still. */
  isKept: (accepted: Accepted) => boolean;
}): IdempotencyKeys {
  const holders = new Map<string, Holder>();

  async function attachOrBegin(accepted: Accepted, begin: () => Promise<Generation>) {
    const name = nameOf(accepted);
    if (name === null) return { generation: await begin(), attached: false };
    for (let held = holders.get(name); held !== undefined; held = holders.get(name)) {
      const generation = await held.generation.catch(() => null);
      if (generation !== null && (await stillStands(generation))) {
        if (!isDeepStrictEqual(held.accepted.request, accepted.request)) throw conflict();
        generation.enter();
        return { generation, attached: true };
      }
      release(name, held.accepted);
    }
    const generation = begin();
    holders.set(name, { accepted, generation });
    generation.catch(() => release(name, accepted));
    return { generation: await generation, attached: false };
  }

  /** Asked when it counts: a client may be back before word of a failure has gone round. */
  async function stillStands(generation: Generation): Promise<boolean> {
    if (!options.isKept(generation.accepted)) return false;
    if (generation.isStopped()) await generation.ended;
    const snapshot = await generation.snapshot().catch(nullIfUnknown);
    if (snapshot === null) return false;
    // It may have been given up while it was looked at.
    if (snapshot.status === 'RUNNING' && generation.isStopped()) return stillStands(generation);
    return snapshot.failure?.retryable !== true;
  }

  function release(name: string, { id }: Accepted) {
    if (holders.get(name)?.accepted.id === id) holders.delete(name);
  }

  return {
    attachOrBegin,
    free(accepted) {
      const name = nameOf(accepted);
      if (name !== null) release(name, accepted);
    },
  };
}

function nullIfUnknown(error: unknown): null {
  if (error instanceof RunUnknown) return null;
  throw error;
}

/** Keys of different principals never meet. */
function nameOf({
  request: { idempotencyKey },
  caller: { tenant, user },
}: Accepted): string | null {
  return idempotencyKey === null ? null : JSON.stringify([tenant, user, idempotencyKey]);
}

function conflict(): GatewayError {
  return new GatewayError(
    'IDEMPOTENCY_CONFLICT',
    'The idempotency key was used with another input; use a new key for a new input.',
  );
}
