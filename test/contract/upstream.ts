import { describe, expect, it } from 'vitest';
import type { Upstream } from '../../src/upstream/port.ts';
import { collect } from '../support/collect.ts';
import { finishOf, neverAborted, textOf, upstreamCall } from '../support/upstream-call.ts';

export type UpstreamUnderTest = AsyncDisposable & {
  /** Answers every call at once, with several texts. */
  readonly answering: Upstream;
  /** Does not come to its first part in the time of a test. */
  readonly stalling: Upstream;
};

/** What every `Upstream` owes its callers, whatever stands behind it. */
export function upstreamContract(name: string, start: () => Promise<UpstreamUnderTest>): void {
  describe(`upstream: ${name}`, () => {
    it('yields texts, none of them empty, and then one finish', async () => {
      await using test = await start();
      const parts = await collect(test.answering.stream(upstreamCall(), neverAborted()));

      const texts = parts.slice(0, -1);
      expect(texts.length).toBeGreaterThan(1);
      for (const part of texts)
        expect(part).toEqual({ type: 'text', text: expect.stringMatching(/./s) });
      expect(finishOf(parts)).toMatchObject({ finishReason: 'STOP' });
    });

    it('reports the usage and the model', async () => {
      await using test = await start();
      const parts = await collect(test.answering.stream(upstreamCall(), neverAborted()));

      const { model, usage } = finishOf(parts);
      expect(model).toEqual(expect.any(String));
      expect(usage?.inputTokens).toBeGreaterThan(0);
      expect(usage?.outputTokens).toBe(parts.length - 1);
    });

    it('answers calls that run side by side, each with its own stream', async () => {
      await using test = await start();
      const [one, other] = await Promise.all(
        [1, 2].map(() => collect(test.answering.stream(upstreamCall(), neverAborted()))),
      );
      expect(one).toEqual(other);
      expect(textOf(one ?? [])).not.toBe('');
    });

    it('rejects with the reason when it was aborted before it began', async () => {
      await using test = await start();
      const reason = new Error('left before');
      const stream = test.answering.stream(upstreamCall(), AbortSignal.abort(reason));
      await expect(collect(stream)).rejects.toBe(reason);
    });

    it('rejects a pending next with the reason as soon as it is aborted', async () => {
      await using test = await start();
      const caller = new AbortController();
      const parts = test.stalling.stream(upstreamCall(), caller.signal)[Symbol.asyncIterator]();
      const pending = parts.next();
      const reason = new Error('left while waiting');
      caller.abort(reason);

      await expect(pending).rejects.toBe(reason);
      await expect(parts.next()).resolves.toEqual({ done: true, value: undefined });
    });

    it('yields nothing more once it is aborted between two parts', async () => {
      await using test = await start();
      const caller = new AbortController();
      const parts = test.answering.stream(upstreamCall(), caller.signal)[Symbol.asyncIterator]();
      await parts.next();
      const reason = new Error('left in the middle');
      caller.abort(reason);

      await expect(parts.next()).rejects.toBe(reason);
    });

    it('ends when the caller leaves the loop', async () => {
      await using test = await start();
      for await (const part of test.answering.stream(upstreamCall(), neverAborted())) {
        expect(part.type).toBe('text');
        break;
      }
      const parts = await collect(test.answering.stream(upstreamCall(), neverAborted()));
      expect(finishOf(parts).finishReason).toBe('STOP');
    });
  });
}
