import { type StreamedEvent, textOf } from './ask.ts';
import { type Listener, listenToStream } from './follow.ts';
import type { Addressed } from './transports.ts';

/** A listener that keeps what it has heard. */
export type Hearing = AsyncDisposable & {
  readonly heard: readonly StreamedEvent[];
  /** Hears one event more. */
  next(): Promise<StreamedEvent>;
  /** Hears all that is still to come; the text that a client has in the end, by the contract's rules. */
  toEnd(): Promise<string>;
};

/** Asks, and has heard the start and the first word. */
export async function hearFirstWord(server: Addressed, input: object): Promise<Hearing> {
  const hearing = hear(listenToStream(server, input));
  await hearing.next();
  await hearing.next();
  return hearing;
}

/** @param before what the client has heard from another listener */
export function hear(listener: Listener, before: readonly StreamedEvent[] = []): Hearing {
  const heard = [...before];
  return {
    heard,
    async next() {
      const event = await listener.next();
      heard.push(event);
      return event;
    },
    async toEnd() {
      heard.push(...(await listener.rest()));
      return textOf(heard);
    },
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}
