import { describe, expect, it, vi } from 'vitest';
import { recentAnswers } from '../../../src/telemetry/recent-answers.ts';
import { fakeClock } from '../../support/fake-clock.ts';

describe('recent answers', () => {
  it('serve all who ask for the same for a while, those too who ask before it has come', async () => {
    const clock = fakeClock();
    const recent = recentAnswers<number>({ ms: 500, clock });
    let calls = 0;
    const ask = vi.fn(async () => (calls += 1));
    expect(await Promise.all([recent('a', ask), recent('a', ask)])).toEqual([1, 1]);
    clock.advance(499);
    expect(await recent('a', ask)).toBe(1);
    expect(await recent('b', ask)).toBe(2);
    clock.advance(1);
    expect(await recent('a', ask)).toBe(3);
  });

  it('do not hold on to a failure', async () => {
    const recent = recentAnswers<number>({ ms: 500, clock: fakeClock() });
    const fail = () => Promise.reject(new Error('away'));
    await expect(recent('a', fail)).rejects.toThrow('away');
    expect(await recent('a', async () => 1)).toBe(1);
  });
});
