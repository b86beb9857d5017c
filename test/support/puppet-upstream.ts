import type { FailureCode } from '../../src/domain/errors.ts';
import type { Upstream, UpstreamCall, UpstreamPart } from '../../src/upstream/port.ts';

/** One call that the puppet was asked for; the test plays the model. */
export type PuppetCall = {
  readonly call: UpstreamCall;
  /** Aborts with the gateway's reason. */
  readonly signal: AbortSignal;
  say(...texts: string[]): void;
  think(text: string): void;
  /** Tells that the call failed before its first part, and will be sent again. */
  failTry(failure: FailureCode): void;
  resend(): void;
  /** Ends the answer; by default with STOP and 10 + 5 tokens. */
  finish(changes?: Partial<Extract<UpstreamPart, { type: 'finish' }>>): void;
  fail(error: Error): void;
  /** Resolves when the caller closed the stream, for whatever reason. */
  readonly closed: Promise<void>;
};

export type PuppetUpstream = Upstream & {
  readonly calls: readonly PuppetCall[];
  /** Resolves with the next call that no one has taken yet. */
  nextCall(): Promise<PuppetCall>;
};

/** An upstream in this process that says what a test tells it to, when it tells it. */
export function puppetUpstream(): PuppetUpstream {
  const calls: PuppetCall[] = [];
  const untaken: PuppetCall[] = [];
  const takers: ((call: PuppetCall) => void)[] = [];

  return {
    name: 'puppet',
    calls,
    nextCall() {
      const call = untaken.shift();
      if (call !== undefined) return Promise.resolve(call);
      return new Promise((resolve) => takers.push(resolve));
    },
    async *stream(call, signal) {
      signal.throwIfAborted();
      const channel = createChannel(signal);
      const closed = Promise.withResolvers<void>();
      const puppet: PuppetCall = {
        call,
        signal,
        say: (...texts) => {
          for (const text of texts) channel.push({ type: 'text', text });
        },
        failTry: (failure) => channel.push({ type: 'failed', failure }),
        resend: () => channel.push({ type: 'sent' }),
        think: (text) => channel.push({ type: 'reasoning', text }),
        finish: (changes = {}) =>
          channel.push({
            type: 'finish',
            finishReason: 'STOP',
            model: null,
            usage: { inputTokens: 10, outputTokens: 5 },
            ...changes,
          }),
        fail: (error) => channel.fail(error),
        closed: closed.promise,
      };
      calls.push(puppet);
      const taker = takers.shift();
      if (taker === undefined) untaken.push(puppet);
      else taker(puppet);
      try {
        for (;;) {
          const part = await channel.next();
          yield part;
          if (part.type === 'finish') return;
        }
      } finally {
        closed.resolve();
      }
    },
  };
}

function createChannel(signal: AbortSignal) {
  const parts: UpstreamPart[] = [];
  let failure: unknown = null;
  let wake = () => {};
  signal.addEventListener('abort', () => fail(signal.reason));

  function fail(error: unknown) {
    failure ??= error;
    wake();
  }

  return {
    push(part: UpstreamPart) {
      parts.push(part);
      wake();
    },
    fail,
    async next(): Promise<UpstreamPart> {
      for (;;) {
        const part = parts.shift();
        if (part !== undefined && !signal.aborted) return part;
        if (failure !== null) throw failure;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
