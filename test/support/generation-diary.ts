import type { GenerationRequest } from '../../src/domain/request.ts';
import type {
  GenerationEvent,
  GenerationFailure,
  GenerationSnapshot,
} from '../../src/generation/generation.ts';
import type { GenerateResult, GenerationService } from '../../src/generation/service.ts';
import type { Principal } from '../../src/tenancy/principal.ts';
import type { RandomUpstream } from './random-upstream.ts';

/** One request that was sent, and what became of it as far as its sender heard. */
export type Asked = {
  /** The id that the service gave to it. */
  id: string;
  readonly request: GenerationRequest;
  readonly caller: Principal;
  /** The generations of whose end somebody had been told when it was sent. */
  readonly afterEnds: ReadonlySet<string>;
  /** What it stands for; null when it was refused, or when its sender left before hearing. */
  generationId: string | null;
  refusal: GenerationFailure | null;
};

/** Someone who heard events of one generation, in however many streams. */
export type Listener = {
  readonly generationId: string;
  /** Where the first stream began. */
  readonly afterSeq: number;
  readonly heard: GenerationEvent[];
};

/** A generation as somebody was told of it. */
export type Told = {
  readonly generation: GenerationSnapshot;
  /** Whether its end had been told before this was asked for. */
  readonly afterEnd: boolean;
  /** How many UTF-16 units the calls that it answers for had yielded by then. */
  readonly yielded: number;
  /** The request that was sent for it and waited for this without a break. */
  readonly patient: Asked | null;
};

/** Someone who can only wait for what the service says next. */
export type Waiting = Pick<Asked, 'request' | 'caller'>;

export type StreamOfEvents = {
  next(): Promise<IteratorResult<GenerationEvent, void>>;
  close(): Promise<unknown>;
  /** The request that opened it, once it has been sent; null for a stream that was resumed. */
  asked(): Asked | null;
};

/** What clients reach of the service, or of whichever process they come to. */
export type ClientsView = Omit<
  GenerationService,
  'preview' | 'activity' | 'drain' | 'forget' | 'erase'
>;

export type GenerationDiary = ReturnType<typeof keepDiary>;

/** Does what clients do, and writes down what they asked for and what they heard. */
export function keepDiary(options: {
  service: ClientsView;
  upstream: RandomUpstream<Asked>;
  /** All ids that the service was given, in order. */
  issuedIds: readonly string[];
}) {
  const { service, upstream, issuedIds } = options;
  const asked: Asked[] = [];
  const listeners: Listener[] = [];
  const told: Told[] = [];
  const ended = new Set<string>();
  const waiting = new Set<Waiting>();
  /** The last start of each generation that nobody has followed since. */
  const unfollowed = new Map<string, Asked>();
  /** All requests for which nobody waited, answered or not. */
  const starts: Asked[] = [];

  /** A request gets its id before `work` returns, and owns the calls that come of it. */
  function send<Result>(request: GenerationRequest, caller: Principal, work: () => Result) {
    const afterEnds = new Set(ended);
    const unheard = { generationId: null, refusal: null };
    const entry: Asked = { id: '', request, caller, afterEnds, ...unheard };
    const index = issuedIds.length;
    const startsBefore = new Map(unfollowed);
    const result = upstream.own(entry, work);
    entry.id = issuedIds[index] ?? '';
    asked.push(entry);
    return { entry, startsBefore, result };
  }

  /** Generates, and waits for the answer until `signal` aborts. */
  async function generate(request: GenerationRequest, caller: Principal, signal: AbortSignal) {
    const { entry, startsBefore, result } = send(request, caller, () =>
      service.generate(request, caller, signal),
    );
    const answer = await whileWaiting(entry, result).catch((thrown: unknown) => {
      if (!signal.aborted || thrown !== signal.reason) throw thrown;
      return null;
    });
    if (answer === null) return;
    const generation = take(entry, answer);
    if (generation === null) return;
    follow(generation.id, startsBefore);
    tell(generation, { patient: entry });
  }

  /** The id of what was started; null when it was refused. */
  async function start(request: GenerationRequest, caller: Principal): Promise<string | null> {
    const { entry, result } = send(request, caller, () => service.start(request, caller));
    starts.push(entry);
    const generation = take(entry, await result);
    if (generation === null) return null;
    unfollowed.set(generation.id, entry);
    tell(generation);
    return generation.id;
  }

  function take(entry: Asked, result: GenerateResult): GenerationSnapshot | null {
    const generation = result.kind === 'generation' ? result.generation : result.failure.generation;
    if (result.kind === 'failure' && generation === null) entry.refusal = result.failure;
    entry.generationId = generation?.id ?? null;
    return generation;
  }

  function stream(
    request: GenerationRequest,
    caller: Principal,
    afterSeq: number,
    signal: AbortSignal,
  ): StreamOfEvents {
    const events = service.generateStream(request, caller, afterSeq, signal);
    const iterator = events[Symbol.asyncIterator]();
    let sent: { entry: Asked; startsBefore: ReadonlyMap<string, Asked> } | null = null;

    async function first() {
      const { result, ...rest } = send(request, caller, () => iterator.next());
      sent = rest;
      const { entry, startsBefore } = rest;
      const next = await whileWaiting(entry, result);
      if (next.done === true) return next;
      const { value: event } = next;
      if (isRefusal(event)) entry.refusal = event.failure;
      else entry.generationId = event.generationId;
      follow(entry.generationId, startsBefore);
      return next;
    }

    return {
      next: () => (sent === null ? first() : whileWaiting(sent.entry, iterator.next())),
      close: async () => iterator.return?.(),
      asked: () => sent?.entry ?? null,
    };
  }

  function resume(
    generationId: string,
    caller: Principal,
    afterSeq: number,
    signal: AbortSignal,
  ): StreamOfEvents {
    const events = service.resume(generationId, caller, afterSeq, signal);
    const iterator = events[Symbol.asyncIterator]();
    const who = asked.find(({ id }) => id === generationId);
    if (who === undefined) throw new Error(`${generationId} was never asked for.`);
    let begun = false;
    return {
      next() {
        if (!begun) unfollowed.delete(generationId);
        begun = true;
        return whileWaiting({ ...who }, iterator.next());
      },
      close: async () => iterator.return?.(),
      asked: () => null,
    };
  }

  async function find(generationId: string, caller: Principal): Promise<void> {
    const afterEnd = ended.has(generationId);
    const generation = await service.find(generationId, caller);
    if (generation !== null) tell(generation, { afterEnd });
  }

  async function cancel(generationId: string, caller: Principal): Promise<void> {
    const generation = await service.cancel(generationId, caller);
    if (generation !== null) tell(generation, { afterEnd: true });
  }

  /** Adds an event to what `listener` heard; it is a new listener when the generation is another. */
  function hear(
    event: GenerationEvent,
    listener: Listener | null,
    how: { asked: Asked | null; afterSeq: number; isFirst: boolean },
  ): Listener | null {
    if (isRefusal(event)) return listener;
    const { generationId } = event;
    const isNew = listener?.generationId !== generationId;
    const afterSeq = how.asked?.id === generationId ? -1 : how.afterSeq;
    const hearer = isNew ? { generationId, afterSeq, heard: [] } : listener;
    if (isNew) listeners.push(hearer);
    hearer.heard.push(event);
    const generation = endTold(event);
    if (generation !== null) tell(generation, { patient: how.isFirst ? how.asked : null });
    return hearer;
  }

  function tell(
    generation: GenerationSnapshot,
    { afterEnd = false, patient = null }: Partial<Pick<Told, 'afterEnd' | 'patient'>> = {},
  ) {
    const yielded = upstream.calls
      .filter(({ owner }) => owner.id === generation.id)
      .reduce((sum, { text, reasoning }) => sum + text.length + reasoning.length, 0);
    told.push({ generation, afterEnd, yielded, patient });
    if (generation.status !== 'RUNNING') ended.add(generation.id);
  }

  async function whileWaiting<Result>(who: Waiting, work: Promise<Result>): Promise<Result> {
    waiting.add(who);
    try {
      return await work;
    } finally {
      waiting.delete(who);
    }
  }

  /** Somebody listens to what had been started: when he leaves, the one who started it counts no more. */
  function follow(generationId: string | null, startsBefore: ReadonlyMap<string, Asked>) {
    if (generationId === null || !startsBefore.has(generationId)) return;
    const isLast = unfollowed.get(generationId) === startsBefore.get(generationId);
    if (isLast) unfollowed.delete(generationId);
  }

  /** Starts whose generations run on although nobody waits for them. */
  const startedAndNotFollowed = () => [...unfollowed.values()];

  const book = { asked, listeners, told, waiting, starts, startedAndNotFollowed };
  return { ...book, generate, start, stream, resume, find, cancel, hear };
}

/** Equal for requests that may share a run. */
export function questionOf({ request, caller }: Waiting): string {
  const { prompt, model, cache } = request;
  return JSON.stringify([caller.tenant, prompt, model, cache.mode === 'BYPASS']);
}

/** Equal for requests with the same key of the same principal, and for no others. */
export function keyOf({
  id,
  request: { idempotencyKey },
  caller: { tenant, user },
}: Asked): string {
  return idempotencyKey === null ? id : JSON.stringify([tenant, user, idempotencyKey]);
}

/** A stream's only event when its request was refused. */
export function isRefusal(
  event: GenerationEvent,
): event is Extract<GenerationEvent, { type: 'failed' }> {
  return event.type === 'failed' && event.failure.generation === null;
}

/** The generation that a terminal event tells of; null for any other event. */
export function endTold(event: GenerationEvent): GenerationSnapshot | null {
  if (event.type === 'finished') return event.generation;
  return event.type === 'failed' ? event.failure.generation : null;
}
