import { describe, expect, it } from 'vitest';
import { abortable } from '../../../src/server/abortable.ts';
import { collect } from '../../support/collect.ts';

describe('an abortable operation', () => {
  it('yields what its source yields, and is not aborted by its end', async () => {
    const controller = new AbortController();
    const source = async function* () {
      yield 1;
      yield 2;
    };
    expect(await collect(abortable(source, controller))).toEqual([1, 2]);
    expect(controller.signal.aborted).toBe(false);
  });

  it.each([
    ['a result', () => 'result'],
    ['the promise of a result', async () => 'result'],
    ['the promise of a source', async () => only('result')],
  ])('yields %s', async (_what, start) => {
    expect(await collect(abortable(start, new AbortController()))).toEqual(['result']);
  });

  it('starts when it is first read', async () => {
    let started = false;
    const operation = abortable(() => {
      started = true;
      return 1;
    }, new AbortController());
    expect(started).toBe(false);
    await operation.next();
    expect(started).toBe(true);
  });

  it('throws what its source throws', async () => {
    const operation = abortable(failing, new AbortController());
    await expect(operation.next()).rejects.toThrow('broken');
  });

  it('throws what its start throws', async () => {
    const operation = abortable(() => Promise.reject(new Error('broken')), new AbortController());
    await expect(operation.next()).rejects.toThrow('broken');
  });
});

describe('leaving an abortable operation', () => {
  it('aborts at once and ends the pending read, though the source never answers', async () => {
    const controller = new AbortController();
    const operation = abortable(neverYields, controller);
    const read = operation.next();
    const left = operation.return(undefined);
    expect(controller.signal.aborted).toBe(true);
    expect(controller.signal.reason).toMatchObject({ name: 'AbortError' });
    expect(await left).toEqual({ done: true, value: undefined });
    expect(await read).toEqual({ done: true, value: undefined });
    expect(await operation.next()).toEqual({ done: true, value: undefined });
  });

  it('ends a pending read while the start is still under way, and closes what it brings', async () => {
    const starting = Promise.withResolvers<AsyncIterable<number>>();
    const closed = Promise.withResolvers<void>();
    const operation = abortable(() => starting.promise, new AbortController());
    const read = operation.next();
    await operation.return(undefined);
    expect(await read).toMatchObject({ done: true });
    starting.resolve({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error('It was read after it was left.')),
        async return() {
          closed.resolve();
          return { done: true, value: undefined };
        },
      }),
    });
    await closed.promise;
  });

  it('closes its source', async () => {
    const closed = Promise.withResolvers<void>();
    const operation = abortable(async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        closed.resolve();
      }
    }, new AbortController());
    await operation.next();
    await operation.return(undefined);
    await closed.promise;
  });

  it('drops what the source throws because of it', async () => {
    const controller = new AbortController();
    const operation = abortable(async function* () {
      yield await rejectsOn(controller.signal);
    }, controller);
    const read = operation.next();
    await operation.return(undefined);
    expect(await read).toEqual({ done: true, value: undefined });
  });

  it.each<[how: string, leave: (operation: AsyncGenerator<unknown>) => unknown]>([
    ['throw', (operation) => operation.throw(new Error('mine')).catch(() => {})],
    ['disposal', (operation) => operation[Symbol.asyncDispose]()],
  ])('is done by %s too', async (_how, leave) => {
    const controller = new AbortController();
    const operation = abortable(neverYields, controller);
    const read = operation.next();
    await leave(operation);
    expect(controller.signal.aborted).toBe(true);
    expect(await read).toMatchObject({ done: true });
  });

  it('before it was read starts nothing', async () => {
    const operation = abortable(() => {
      throw new Error('It was started.');
    }, new AbortController());
    await operation.return(undefined);
    expect(await operation.next()).toMatchObject({ done: true });
  });
});

async function* only<T>(value: T) {
  yield value;
}

async function* failing(): AsyncGenerator<number> {
  yield await Promise.reject(new Error('broken'));
}

async function* neverYields(): AsyncGenerator<number> {
  yield await new Promise<never>(() => {});
}

function rejectsOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
