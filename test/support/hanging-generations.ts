import type { GenerationService } from '../../src/generation/service.ts';
import { fakeGenerations } from './fake-services.ts';

/** A request that the service holds on to until its caller leaves. */
export type HeldRequest = {
  /** Resolves when the caller is seen to have left. */
  readonly freed: Promise<void>;
};

/**
 * Generations that begin and then hear nothing from their upstream. A stream yields its first event before
 * it hangs. `next()` resolves with the next request that hangs.
 */
export function hangingGenerations(): { service: GenerationService; next(): Promise<HeldRequest> } {
  const held: HeldRequest[] = [];
  const waiting: ((request: HeldRequest) => void)[] = [];

  function hold(signal: AbortSignal): Promise<never> {
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => resolve(), { once: true });
    const request = { freed: promise };
    const waiter = waiting.shift();
    if (waiter === undefined) held.push(request);
    else waiter(request);
    return promise.then(() => {
      throw signal.reason;
    });
  }

  return {
    service: fakeGenerations({
      generate: (_request, _caller, signal) => hold(signal),
      async *generateStream(_request, _caller, _afterSeq, signal) {
        yield { type: 'delta', generationId: 'generation-1', seq: 1, offset: 0, text: 'It' };
        await hold(signal);
      },
    }),
    async next() {
      return held.shift() ?? new Promise((resolve) => waiting.push(resolve));
    },
  };
}
