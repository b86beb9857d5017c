import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { createGuard } from '../../../src/redis/guard.ts';

const fail = () => Promise.reject(new Error('away'));

/** A guard that has seen too many failures. What else it does is told of the guarded store. */
async function openBreaker() {
  const guard = createGuard({
    name: 'redis',
    timeoutMs: 20,
    clock: systemClock,
    whenAway: 'nothing is kept',
  });
  for (let time = 0; time < 5; time += 1) await expect(guard.run(fail)).rejects.toThrow('away');
  return guard;
}

describe('a guard', () => {
  it('says what comes of it when there were too many failures', async () => {
    const guard = await openBreaker();
    expect(guard.health()).toMatchObject({
      status: 'UNAVAILABLE',
      detail: 'It does not answer: nothing is kept.',
    });
  });

  it('lets a call that insists through even then, with the deadline', async () => {
    const guard = await openBreaker();
    await expect(guard.run(async () => 1)).rejects.toThrow();
    expect(await guard.insist(async () => 1)).toBe(1);
    await expect(guard.insist(() => new Promise<never>(() => {}))).rejects.toThrow();
  });
});
