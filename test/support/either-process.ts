import { GatewayError } from '../../src/domain/errors.ts';
import type { GenerationEvent } from '../../src/generation/generation.ts';
import { ConnectionLost } from './connection-lost.ts';
import { type ClientsView, isRefusal } from './generation-diary.ts';
import type { ProcessName, RandomProcess } from './random-process.ts';
import type { Dice } from './seeded-dice.ts';

/** What was asked of a process about a generation. */
export type Visit = {
  readonly what: 'resume' | 'cancel' | 'find';
  readonly generationId: string;
  readonly tenant: string;
  readonly process: ProcessName;
  /** Whether an event was heard, or the generation was found. */
  readonly answered: boolean;
};

type Resumed = Pick<Visit, 'generationId' | 'tenant'>;

/** Both processes, as clients see them. */
export type EitherProcess = ClientsView & {
  readonly visits: readonly Visit[];
  /** Where an event was heard. */
  placeOf(event: GenerationEvent): ProcessName | undefined;
  /** How often a process said that it had lost touch with what it was asked about. */
  timesOutOfTouch(): number;
};

/**
 * Sends each client to one of the processes that are there. Whoever is at one that is lost hears that his connection
 * is lost, and nothing more from it; so does who is told that there is no such thing: `visits` tell of it.
 *
 * @param options.mayLoseTouch whether a process may say that it cannot find or follow what there was: a client takes
 *   it for a lost connection. Otherwise that is an error.
 */
export function eitherProcess(options: {
  processes: readonly RandomProcess[];
  dice: Dice;
  mayLoseTouch: boolean;
}): EitherProcess {
  const { processes, dice, mayLoseTouch } = options;
  const visits: Visit[] = [];
  const places = new WeakMap<GenerationEvent, ProcessName>();
  let outOfTouch = 0;

  function pick(): RandomProcess {
    const there = dice.pickAny(processes.filter(({ gone }) => !gone.aborted));
    if (there === undefined) throw new Error('All processes are gone.');
    return there;
  }

  async function look(
    what: 'find' | 'cancel',
    ...[generationId, caller]: Parameters<ClientsView['find']>
  ) {
    const process = pick();
    try {
      const found = await whileThere(process, process.service[what](generationId, caller));
      const { tenant } = caller;
      visits.push({ what, generationId, tenant, process: process.name, answered: found !== null });
      return found;
    } catch (thrown) {
      if (!isForNow(thrown, mayLoseTouch)) throw thrown;
      outOfTouch += 1;
      return null;
    }
  }

  /**
   * The stream of a process that is picked when the first event is asked for.
   *
   * @param resumed what has begun before; null for a request
   */
  function stream(
    resumed: Resumed | null,
    open: (at: RandomProcess) => AsyncIterable<GenerationEvent>,
  ): AsyncIterable<GenerationEvent> {
    return {
      [Symbol.asyncIterator]() {
        let at: { process: RandomProcess; iterator: AsyncIterator<GenerationEvent> } | null = null;
        let heard = 0;
        return {
          async next() {
            const process = at?.process ?? pick();
            at ??= { process, iterator: open(process)[Symbol.asyncIterator]() };
            const next = await whileThere(process, at.iterator.next()).catch(orOutOfTouch);
            if (next.done === true) return next;
            const isLost = hear(next.value, process, { resumed, isFirst: heard === 0 });
            heard += 1;
            if (!isLost) return next;
            void at.iterator.return?.();
            throw new ConnectionLost();
          },
          async return() {
            if (at !== null && at.iterator.return !== undefined) {
              await whileThere(at.process, at.iterator.return()).catch(() => {});
            }
            return { done: true, value: undefined };
          },
        };
      },
    };
  }

  /** Answers whether that is all that there is to hear. */
  function hear(
    event: GenerationEvent,
    { name }: RandomProcess,
    { resumed, isFirst }: { resumed: Resumed | null; isFirst: boolean },
  ): boolean {
    places.set(event, name);
    if (resumed !== null && isFirst) {
      visits.push({ what: 'resume', ...resumed, process: name, answered: !isRefusal(event) });
    }
    return (resumed !== null || !isFirst) && isOutOfTouch(event);
  }

  function orOutOfTouch(thrown: unknown): never {
    if (!isForNow(thrown, mayLoseTouch)) throw thrown;
    outOfTouch += 1;
    throw new ConnectionLost();
  }

  /** What has begun may be lost only if that is to be expected. */
  function isOutOfTouch(event: GenerationEvent): boolean {
    const code = isRefusal(event) ? event.failure.code : null;
    if (code === 'NOT_FOUND') return true;
    if (code !== 'UPSTREAM_UNAVAILABLE') return false;
    if (!mayLoseTouch) throw new Error(`Touch was lost with ${event.generationId}.`);
    outOfTouch += 1;
    return true;
  }

  return {
    visits,
    placeOf: (event) => places.get(event),
    timesOutOfTouch: () => outOfTouch,
    async generate(...args) {
      const process = pick();
      return whileThere(process, process.service.generate(...args));
    },
    async start(...args) {
      const process = pick();
      return whileThere(process, process.service.start(...args));
    },
    generateStream: (...args) => stream(null, ({ service }) => service.generateStream(...args)),
    resume: (generationId, caller, ...args) =>
      stream({ generationId, tenant: caller.tenant }, ({ service }) =>
        service.resume(generationId, caller, ...args),
      ),
    find: (...args) => look('find', ...args),
    cancel: (...args) => look('cancel', ...args),
  };
}

/** What `work` comes to; rejects with ConnectionLost when the process is gone before. */
async function whileThere<Result>({ gone }: RandomProcess, work: Promise<Result>): Promise<Result> {
  const { promise: lost, reject } = Promise.withResolvers<never>();
  const lose = () => reject(gone.reason);
  if (gone.aborted) lose();
  gone.addEventListener('abort', lose, { once: true });
  try {
    return await Promise.race([work, lost]);
  } finally {
    gone.removeEventListener('abort', lose);
  }
}

/** What a process throws that leaves, or cannot ask the others for now. */
function isForNow(thrown: unknown, mayLoseTouch: boolean): boolean {
  if (!(thrown instanceof GatewayError) || !thrown.retryable) return false;
  return mayLoseTouch || thrown.code === 'SHUTTING_DOWN';
}
