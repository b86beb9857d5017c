import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PairModel } from '../../src/cache/semantic/pair-model.ts';
import { neverAborted } from '../support/upstream-call.ts';

/** A pair model, with what has to be closed after it. */
export type OpenPairModel = () => Promise<AsyncDisposable & { readonly pairModel: PairModel }>;

/** What every pair model does. */
export function describePairModel(name: string, open: OpenPairModel): void {
  describe(`the pair model ${name}`, () => {
    let opened: Awaited<ReturnType<OpenPairModel>>;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    const compare = (asked: string, stored: readonly string[], signal = neverAborted()) =>
      opened.pairModel.compare(asked, stored, signal);

    it('gives one number for each stored prompt, whatever is compared beside it', async () => {
      const together = await compare(asked, stored);
      const alone = await Promise.all(stored.map((each) => compare(asked, [each])));
      expect(together).toHaveLength(stored.length);
      for (const [at, [number]] of alone.entries())
        expect(together[at]).toBeCloseTo(number ?? NaN, 4);
      expect(new Set(together).size).toBe(stored.length);
    });

    it('gives nothing for no stored prompt', async () => {
      expect(await compare(asked, [])).toEqual([]);
    });

    it('does not mind which of the two was asked', async () => {
      for (const each of stored) {
        const [there] = await compare(asked, [each]);
        const [back] = await compare(each, [asked]);
        expect(there).toBeCloseTo(back ?? NaN, 4);
      }
    });

    it.each([
      ['nothing', ''],
      ['half a character', '\ud800'],
      ['very long texts', 'How long is a very long text? '.repeat(10_000)],
    ])('compares %s', async (_kind, text) => {
      expect(await compare(text, [text, asked])).toEqual([expect.any(Number), expect.any(Number)]);
    });

    it('rejects with the reason of a signal that has aborted', async () => {
      const reason = new Error('nobody waits');
      await expect(compare(asked, stored, AbortSignal.abort(reason))).rejects.toBe(reason);
    });

    it('rejects when the signal aborts, and answers the others', async () => {
      const leaving = new AbortController();
      const left = compare(asked, stored, leaving.signal);
      const stayed = compare(asked, stored);
      const reason = new Error('left');
      leaving.abort(reason);
      await expect(left).rejects.toBe(reason);
      expect(await stayed).toHaveLength(stored.length);
    });
  });
}

const asked = 'How much does a Ross 308 broiler weigh at 21 days?';
/** Of different lengths, some of them equally long. */
const stored = [
  'How much does a Ross 308 broiler weigh at 28 days?',
  'How much does a Cobb 500 broiler weigh at 21 days?',
  'What is the weight of a Ross 308 broiler at 21 days?',
  'Which fish live in the Dead Sea?',
  'Why?',
];
