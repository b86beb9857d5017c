/**
 * Answers calls of one turn of the event loop together, at most `most` at once. What aborts rejects at once with its
 * signal's reason; when all calls of a batch have, so does the batch.
 *
 * @param options.send resolves to an answer for each input, in their order
 * @param options.mayBeOfOne whether a batch may have failed for one of its inputs: then each is sent alone
 */
export function batchedCalls<Input, Output>(options: {
  most: number;
  send(inputs: readonly Input[], signal: AbortSignal): Promise<readonly Output[]>;
  mayBeOfOne(error: unknown): boolean;
}): (input: Input, signal: AbortSignal) => Promise<Output> {
  const { most, send, mayBeOfOne } = options;
  let waiting: Call<Input, Output>[] = [];

  function sendWaiting() {
    const calls = waiting.filter((call) => !call.left);
    waiting = [];
    for (let at = 0; at < calls.length; at += most) void answer(calls.slice(at, at + most));
  }

  async function answer(calls: readonly Call<Input, Output>[]): Promise<void> {
    const abort = new AbortController();
    const onLeave = () => {
      if (calls.every(({ left }) => left)) abort.abort();
    };
    for (const call of calls) call.onLeave = onLeave;
    const inputs = calls.map(({ input }) => input);
    try {
      const outputs = await send(inputs, abort.signal);
      for (const [at, call] of calls.entries()) call.resolve(outputs[at] as Output);
    } catch (error) {
      if (calls.length > 1 && mayBeOfOne(error)) answerAlone(calls);
      else for (const call of calls) call.reject(error);
    }
  }

  function answerAlone(calls: readonly Call<Input, Output>[]) {
    for (const call of calls) {
      if (!call.left) void answer([call]);
    }
  }

  return async (input, signal) => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Output>();
    const call: Call<Input, Output> = { input, resolve, reject, left: false, onLeave() {} };
    if (waiting.length === 0) setImmediate(sendWaiting);
    waiting.push(call);

    function leave() {
      call.left = true;
      reject(signal.reason);
      call.onLeave();
    }
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  };
}

type Call<Input, Output> = {
  readonly input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
  /** Nobody waits for it any more. */
  left: boolean;
  /** What its batch does then. */
  onLeave(): void;
};
