import { describe, expect, it } from 'vitest';
import { createCallCount } from '../../../src/generation/call-count.ts';

describe('a count of calls', () => {
  it('tells when the last one has left', async () => {
    const calls = createCallCount();
    const leaves = [calls.enter(), calls.enter()];
    let none = false;
    const waiting = calls.untilNone(new AbortController().signal).then(() => {
      none = true;
    });
    leaves[0]?.();
    await Promise.resolve();
    expect({ none, count: calls.count() }).toEqual({ none: false, count: 1 });
    leaves[1]?.();
    await waiting;
    expect(calls.count()).toBe(0);
  });

  it('does not wait when there is none, nor longer than its signal lets it', async () => {
    const calls = createCallCount();
    await calls.untilNone(new AbortController().signal);
    calls.enter();
    await calls.untilNone(AbortSignal.abort());
    const deadline = new AbortController();
    const waiting = calls.untilNone(deadline.signal);
    deadline.abort();
    await waiting;
    expect(calls.count()).toBe(1);
  });
});
