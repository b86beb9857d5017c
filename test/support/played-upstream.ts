import type { Upstream, UpstreamCall, UpstreamPart } from '../../src/upstream/port.ts';

/** What happens in one call: parts are yielded, an error is thrown, 'hang' waits until the call is aborted. */
export type Played = readonly (UpstreamPart | Error | 'hang')[];

export type PlayedUpstream = Upstream & {
  /** Every call so far, with its signal. */
  readonly calls: readonly { readonly call: UpstreamCall; readonly signal: AbortSignal }[];
  /** How many calls are still being iterated. */
  readonly open: number;
};

/**
 * An upstream within the process, for what is decided above the connection: the first call plays the first
 * of `plays`, and so on; the last one is played again for ever.
 */
export function playedUpstream(...plays: readonly [Played, ...Played[]]): PlayedUpstream {
  const calls: { call: UpstreamCall; signal: AbortSignal }[] = [];
  let open = 0;
  return {
    name: 'played',
    calls,
    get open() {
      return open;
    },
    async *stream(call, signal) {
      signal.throwIfAborted();
      const play = plays[Math.min(calls.push({ call, signal }), plays.length) - 1] ?? [];
      open += 1;
      try {
        for (const step of play) {
          if (step === 'hang') await aborted(signal);
          else if (step instanceof Error) throw step;
          else yield step;
          signal.throwIfAborted();
        }
      } finally {
        open -= 1;
      }
    },
  };
}

export const text = (content: string): UpstreamPart => ({ type: 'text', text: content });

export const finished: UpstreamPart = {
  type: 'finish',
  finishReason: 'STOP',
  model: 'played-model',
  usage: { inputTokens: 3, outputTokens: 2 },
};

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
