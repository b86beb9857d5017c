type Start<T> = () => PromiseLike<AsyncIterable<T> | T> | AsyncIterable<T> | T;

/**
 * An operation as an async generator that can be left at any moment: `return()` aborts `controller`
 * first, resolves at once, and leaves the closing of the source to run behind it. An async generator
 * function alone queues its `return()` behind the value it waits for, so that a client that leaves a hung
 * upstream would not be heard of until the upstream answers.
 *
 * `start` is called by the first `next()`. A source that is no iterable, as the result of a query, comes as
 * the one value. After `return()` nothing comes any more, and what the source throws is dropped.
 *
 * To be read by one reader, one `next()` at a time, as `for await` does.
 *
 * @param controller aborts only when the reader leaves; a source that ends by itself does not abort it
 */
export function abortable<T>(
  start: Start<T>,
  controller: AbortController,
): AsyncGenerator<T, undefined, undefined> {
  const done = { done: true, value: undefined } as const;
  let source: AsyncIterator<T> | null = null;
  let left = false;
  let endRead: ((result: IteratorResult<T, undefined>) => void) | null = null;

  async function pull(): Promise<IteratorResult<T, undefined>> {
    source ??= iteratorOf(await start());
    if (left) void closeQuietly(source);
    const result = left ? done : await source.next();
    return result.done === true ? done : result;
  }

  function next(): Promise<IteratorResult<T, undefined>> {
    if (left) return Promise.resolve(done);
    // A race against one promise for the life of the operation would gather a reaction with each event.
    return new Promise((resolve, reject) => {
      endRead = resolve;
      pull().then(resolve, (error: unknown) => (left ? resolve(done) : reject(error)));
    });
  }

  function leave() {
    if (left) return;
    left = true;
    controller.abort(new DOMException('The caller left.', 'AbortError'));
    endRead?.(done);
    if (source !== null) void closeQuietly(source);
  }

  return {
    next,
    async return() {
      leave();
      return done;
    },
    async throw(error) {
      leave();
      throw error;
    },
    async [Symbol.asyncDispose]() {
      leave();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function iteratorOf<T>(source: AsyncIterable<T> | T): AsyncIterator<T> {
  return isAsyncIterable<T>(source) ? source[Symbol.asyncIterator]() : only(source);
}

async function* only<T>(value: T): AsyncGenerator<T, undefined, undefined> {
  yield value;
}

function isAsyncIterable<T>(value: unknown): value is AsyncIterable<T> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

async function closeQuietly(source: AsyncIterator<unknown>): Promise<void> {
  try {
    await source.return?.();
  } catch {
    // The reader has gone; its abort is what the source complains about.
  }
}
