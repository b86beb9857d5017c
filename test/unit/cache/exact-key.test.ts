import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactKeyOf } from '../../../src/cache/exact-key.ts';
import type { CacheQuestion } from '../../../src/cache/port.ts';
import { normalise } from '../../../src/prompt/normalise.ts';
import { awkwardText } from '../../support/awkward-text.ts';
import { sampleQuestion } from '../../support/sample-entry.ts';
import { sampleRequest } from '../../support/sample-request.ts';

function asking(prompt: string, changes: Partial<CacheQuestion> = {}): CacheQuestion {
  return sampleQuestion({ request: sampleRequest({ prompt }), ...changes });
}

describe('the exact key', () => {
  it('is the same for prompts with the same canonical form', () => {
    expect(exactKeyOf(asking('WHO won?'))).toBe(exactKeyOf(asking('who  won')));
  });

  it('is another for another prompt or partition', () => {
    const keys = [
      exactKeyOf(asking('Who won in 2021?')),
      exactKeyOf(asking('Who won in 2028?')),
      exactKeyOf(asking('Who won in 2021?', { tenant: 'other' })),
    ];
    expect(new Set(keys).size).toBe(3);
  });

  it('is safe in any key space', () => {
    expect(exactKeyOf(asking('*:{}\u0000\ud800'))).toMatch(/^[\w-]{43}$/);
  });

  it('is shared by no prompts with different canonical forms', () => {
    fc.assert(
      fc.property(awkwardText, awkwardText, (a, b) => {
        const isEqual = normalise(a) === normalise(b);
        expect(exactKeyOf(asking(a)) === exactKeyOf(asking(b))).toBe(isEqual);
      }),
      { numRuns: 1_000 },
    );
  });
});
