import { describe, expect, it } from 'vitest';
import { listen } from '../../../src/schema/listen.ts';
import { collect } from '../../support/collect.ts';

describe('a stream for one listener', () => {
  it('passes everything on and ends with its source', async () => {
    const stream = listen(new AbortController().signal, async function* () {
      yield* ['one', 'two'];
    });

    expect(await collect(stream)).toEqual(['one', 'two']);
  });

  it('ends quietly when the caller has left', async () => {
    const caller = new AbortController();
    const stream = listen(caller.signal, waitForever);

    const pending = stream.next();
    caller.abort();

    expect(await pending).toEqual({ done: true, value: undefined });
  });

  it('can be returned from while an event is awaited', async () => {
    const caller = new AbortController();
    const stream = listen(caller.signal, waitForever);

    const pending = stream.next();
    await stream.return?.();

    expect(await pending).toEqual({ done: true, value: undefined });
    expect(caller.signal.aborted).toBe(false);
  });

  it('fails when its source fails while somebody listens', async () => {
    const stream = listen(new AbortController().signal, async function* () {
      yield await Promise.reject(new Error('broken'));
    });

    await expect(stream.next()).rejects.toThrow('broken');
  });

  it('does not begin before it is read', async () => {
    let begun = false;
    const stream = listen(new AbortController().signal, async function* () {
      begun = true;
      yield 'one';
    });

    expect(begun).toBe(false);
    await stream.next();
    expect(begun).toBe(true);
  });
});

async function* waitForever(signal: AbortSignal): AsyncGenerator<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason));
  yield await promise;
}
