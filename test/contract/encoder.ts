import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Encoder } from '../../src/cache/semantic/encoder.ts';
import { neverAborted } from '../support/upstream-call.ts';
import { cosine } from '../support/vectors.ts';

/** An encoder, with what has to be closed after it. */
export type OpenEncoder = () => Promise<AsyncDisposable & { readonly encoder: Encoder }>;

/** What every encoder does. */
export function describeEncoder(name: string, open: OpenEncoder): void {
  describe(`the encoder ${name}`, () => {
    let opened: Awaited<ReturnType<OpenEncoder>>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    const encode = (text: string, signal = neverAborted()) => opened.encoder.encode(text, signal);

    it('makes vectors of its dimensions, each of length 1', async () => {
      const vector = await encode('Why is the sky blue?');
      expect(vector).toBeInstanceOf(Float32Array);
      expect(vector).toHaveLength(opened.encoder.dimensions);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    });

    it.each([
      ['nothing', ''],
      ['white space', ' \n\t '],
      ['a sign', '?'],
      ['half a character', '\ud800'],
      ['a very long text', 'How long is a very long text? '.repeat(10_000)],
      ['a very long word', 'a'.repeat(100_000)],
      ['many marks', '\u0301'.repeat(100_000)],
    ])('makes one of %s', async (_kind, text) => {
      const vector = await encode(text);
      expect(cosine(vector, vector)).toBeCloseTo(1, 5);
    });

    it('brings texts of like meaning closer together than others', async () => {
      const [question, same, other] = await Promise.all([
        encode('How do I reset my password?'),
        encode('I forgot my password, how do I reset it?'),
        encode('Which fish live in the Dead Sea?'),
      ]);
      expect(cosine(question, same)).toBeGreaterThan(cosine(question, other) + 0.2);
    });

    it('makes the same vector of a text, whatever is encoded beside it', async () => {
      const alone: Float32Array[] = [];
      for (const text of manyTexts) alone.push(await encode(text));
      const together = await Promise.all(manyTexts.map((text) => encode(text)));
      for (const [at, vector] of together.entries()) {
        expect(cosine(vector, alone[at])).toBeGreaterThan(0.999_99);
      }
    });

    it('rejects with the reason of a signal that has aborted', async () => {
      const reason = new Error('nobody waits');
      await expect(encode('Why?', AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('rejects when the signal aborts, and answers the others', async () => {
      const leaving = new AbortController();
      const left = manyTexts.map((text) => encode(text, leaving.signal));
      const stayed = manyTexts.map((text) => encode(text));
      const reason = new Error('left');
      leaving.abort(reason);
      for (const call of left) await expect(call).rejects.toBe(reason);
      expect(await Promise.all(stayed)).toHaveLength(manyTexts.length);
    });
  });
}

/** Of different lengths, some of them equally long. */
const manyTexts = Array.from(
  { length: 40 },
  (_, number) => `What is the answer to question ${number}${', please'.repeat(number % 7)}?`,
);
