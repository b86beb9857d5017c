import { expect } from 'vitest';
import type { CacheMode, GenerationRequest } from '../../src/domain/request.ts';
import type { GenerationEvent } from '../../src/generation/generation.ts';
import type { Principal } from '../../src/tenancy/principal.ts';
import { collect } from './collect.ts';
import { ConnectionLost } from './connection-lost.ts';
import {
  type ClientsView,
  type GenerationDiary,
  isRefusal,
  type Listener,
  type StreamOfEvents,
} from './generation-diary.ts';
import { samplePrincipal } from './sample-principal.ts';
import { sampleRequest } from './sample-request.ts';
import type { Dice } from './seeded-dice.ts';

const CALLERS: readonly [Principal, ...Principal[]] = [
  samplePrincipal(),
  samplePrincipal(),
  samplePrincipal({ user: 'ann' }),
  samplePrincipal({ tenant: 'globex' }),
];
const STRANGER = samplePrincipal({ tenant: 'initech', operator: true });
const PROMPTS = ['Chicks?', 'Hens?', 'Ducks?'] as const;
const MODELS = [null, null, null, null, null, 'large', 'small', 'unpriced', 'unknown'] as const;
const MODES = { DEFAULT: 70, REFRESH: 10, BYPASS: 15, ONLY_IF_CACHED: 5 };
const ROLES = {
  streams: 30,
  asks: 15,
  starts: 15,
  repeatsStart: 5,
  comesLate: 10,
  cancels: 12,
  looks: 8,
  pries: 4,
  reusesKey: 6,
};

const patient = new AbortController().signal;

/** Whoever listens, in one stream after another. */
type Follower = {
  listener: Listener | null;
  /** What was heard before the first stream. */
  readonly afterSeq: number;
  streams: number;
};

type Open = (afterSeq: number, signal: AbortSignal) => StreamOfEvents;

export type RandomClients = {
  /** A client comes at a random moment, and does what the dice say. */
  play(): Promise<void>;
  /** From now on nobody comes back. */
  close(): void;
};

export function randomClients(
  dice: Dice,
  service: ClientsView,
  diary: GenerationDiary,
): RandomClients {
  const prompts = 1 + dice.below(PROMPTS.length);
  const keyed = new Map<string, GenerationRequest>();
  let closed = false;

  const roles: { readonly [role in keyof typeof ROLES]: () => Promise<void> } = {
    streams() {
      const [request, caller] = randomRequest();
      return follow(newFollower(-1), request, caller, (afterSeq, signal) =>
        diary.stream(request, caller, afterSeq, signal),
      );
    },
    asks: () => ask(...randomRequest()),
    async starts() {
      const [request, caller] = randomRequest();
      const id = await diary.start(request, caller);
      if (id === null || dice.chance(0.3)) return;
      await dice.pause();
      await follow(newFollower(-1), request, caller, resuming(id, caller));
    },
    async repeatsStart() {
      const [, caller] = randomRequest();
      const own = `by ${diary.asked.length}`;
      const request = sampleRequest({ prompt: `Swans ${own}?`, idempotencyKey: own });
      const copies = Array.from({ length: 1 + dice.below(4) });
      const [id] = await Promise.all(copies.map(() => diary.start(request, caller)));
      if (id == null) return;
      await follow(newFollower(-1), request, caller, resuming(id, caller));
    },
    async comesLate() {
      const known = someGeneration();
      if (known === null) return;
      const { id, request, caller } = known;
      // Some say to have heard what they have not.
      const afterSeq = dice.chance(0.6) ? -1 : dice.below(30);
      await follow(newFollower(afterSeq), request, caller, resuming(id, caller));
    },
    cancels: () => nowAndThen(({ id, caller }) => diary.cancel(id, caller)),
    looks: () => nowAndThen(({ id, caller }) => diary.find(id, caller)),
    async pries() {
      const id = someGeneration()?.id ?? 'no-such-id';
      expect(await service.find(id, STRANGER), 'a foreign generation').toBeNull();
      expect(await service.cancel(id, STRANGER), 'a foreign generation').toBeNull();
      const heard = await collect(service.resume(id, STRANGER, 4, patient));
      const notFound = { type: 'failed', seq: 5, failure: { code: 'NOT_FOUND', generation: null } };
      expect(heard, 'the stream of a foreign generation').toMatchObject([notFound]);
    },
    async reusesKey() {
      const used = dice.pickAny(diary.asked.filter(({ request }) => request.idempotencyKey));
      if (used !== undefined) await ask({ ...used.request, prompt: 'Geese?' }, used.caller);
    },
  };

  /** Requests with the same key of the same caller are equal. */
  function randomRequest(): [GenerationRequest, Principal] {
    const caller = dice.pick(CALLERS);
    const idempotencyKey = dice.chance(0.35) ? `key-${dice.below(3)}` : null;
    const mode: CacheMode = dice.weighted(MODES);
    const request = sampleRequest({
      prompt: PROMPTS[dice.below(prompts)] ?? PROMPTS[0],
      model: dice.pick(MODELS),
      cache: { ...sampleRequest().cache, mode },
      idempotencyKey,
    });
    if (idempotencyKey === null) return [request, caller];
    const name = JSON.stringify([caller, idempotencyKey]);
    const earlier = keyed.get(name) ?? request;
    keyed.set(name, earlier);
    return [earlier, caller];
  }

  async function ask(request: GenerationRequest, caller: Principal) {
    const leaving = new AbortController();
    if (dice.chance(0.3)) setTimeout(() => leaving.abort(new Error('left')), dice.below(20));
    await diary.generate(request, caller, leaving.signal);
  }

  /** Listens to the end, or leaves, and perhaps comes back. */
  async function follow(
    follower: Follower,
    request: GenerationRequest,
    caller: Principal,
    open: Open,
  ) {
    let heardAll = await listen(follower, open);
    while (!heardAll && !closed && dice.chance(0.75)) {
      for (let pauses = dice.below(3); pauses > 0; pauses--) await dice.pause();
      const id = follower.listener?.generationId;
      if (request.idempotencyKey !== null && dice.chance(0.5)) {
        heardAll = await listen(follower, (afterSeq, signal) =>
          diary.stream(request, caller, afterSeq, signal),
        );
      } else if (id !== undefined) {
        heardAll = await listen(follower, resuming(id, caller));
      }
    }
  }

  /** One stream. Resolves with whether there is no more to hear. */
  async function listen(follower: Follower, open: Open): Promise<boolean> {
    const leaving = new AbortController();
    const hasToGo = leave(leaving);
    const isSlow = dice.chance(0.3);
    const afterSeq = follower.listener?.heard.at(-1)?.seq ?? follower.afterSeq;
    const stream = open(afterSeq, leaving.signal);
    const isFirst = follower.streams++ === 0;

    let heardAll = false;
    for await (const event of orderly(stream, leaving.signal)) {
      heardAll = isLast(event);
      const how = { asked: stream.asked(), afterSeq, isFirst };
      follower.listener = diary.hear(event, follower.listener, how);
      if (isSlow) await dice.pause();
      if (hasToGo()) break;
    }
    return heardAll;
  }

  /** Aborts at some time, perhaps. The result is asked after each event: whether to just read no more. */
  function leave(leaving: AbortController): () => boolean {
    const way = dice.weighted({ stays: 50, abortsAnyTime: 20, abortsBetween: 15, returns: 15 });
    if (way === 'abortsAnyTime') setTimeout(() => leaving.abort(), dice.below(15));
    let patience = dice.below(6);
    return () => {
      if (patience-- > 0) return false;
      if (way === 'abortsBetween') leaving.abort();
      return way === 'returns';
    };
  }

  function resuming(id: string, caller: Principal): Open {
    return (afterSeq, signal) => diary.resume(id, caller, afterSeq, signal);
  }

  async function nowAndThen(act: (known: Known) => Promise<unknown>) {
    for (let times = 1 + dice.below(4); times > 0; times--) {
      const known = someGeneration();
      if (known !== null) await act(known);
      await dice.pause();
    }
  }

  /** One that somebody has heard of. */
  function someGeneration(): Known | null {
    const known = diary.asked.filter(({ generationId }) => generationId !== null);
    const asked = dice.pickAny(known);
    if (asked === undefined) return null;
    return { id: asked.generationId ?? '', request: asked.request, caller: asked.caller };
  }

  return {
    async play() {
      await new Promise((resolve) => setTimeout(resolve, dice.below(25)));
      await roles[dice.weighted(ROLES)]().catch(unlessLost);
    },
    close() {
      closed = true;
    },
  };
}

/** The events of a stream; fails when one comes after the end, or to who has left, or when no end comes. */
async function* orderly(stream: StreamOfEvents, leaving: AbortSignal) {
  try {
    let isOver = false;
    for (;;) {
      const hasLeft = leaving.aborted;
      const next = await stream.next().catch(unlessLost);
      if (next === undefined) return;
      const { done, value: event } = next;
      if (done === true) break;
      if (hasLeft || isOver) throw new Error(`A ${event.type} came after the end or the leaving.`);
      isOver = isLast(event);
      if (isRefusal(event) && stream.asked() === null) throw new Error('It is not known any more.');
      yield event;
    }
    if (!isOver && !leaving.aborted) throw new Error('A stream ended without an end.');
  } finally {
    await stream.close();
  }
}

/** Whoever loses the connection hears nothing more; he may come back as one who has left. */
function unlessLost(thrown: unknown): undefined {
  if (!(thrown instanceof ConnectionLost)) throw thrown;
}

function isLast({ type }: GenerationEvent): boolean {
  return type === 'finished' || type === 'failed';
}

type Known = {
  readonly id: string;
  readonly request: GenerationRequest;
  readonly caller: Principal;
};

function newFollower(afterSeq: number): Follower {
  return { listener: null, afterSeq, streams: 0 };
}
