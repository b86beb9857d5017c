/**
 * A stream for one listener, to be returned from a subscriber. `start` is given a signal that aborts when the
 * listener leaves, however that shows: `signal` aborts, or `return()` is called, be it while a `next()` is
 * pending. Leaving ends the stream; what the source throws because of it is no failure.
 */
export function listen<Event>(
  signal: AbortSignal,
  start: (signal: AbortSignal) => AsyncIterable<Event>,
): AsyncIterableIterator<Event> {
  const returned = new AbortController();
  const left = AbortSignal.any([signal, returned.signal]);
  const events = untilAborted(start(left), left);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next(),
    return: () => {
      // A generator queues `return()` behind a pending `next()`, which only the signal can end.
      returned.abort();
      return events.return(undefined);
    },
  };
}

async function* untilAborted<Event>(
  events: AsyncIterable<Event>,
  signal: AbortSignal,
): AsyncGenerator<Event, undefined> {
  try {
    yield* events;
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
  }
}
