import { describe, expect, it } from 'vitest';
import { createPatience } from '../../../src/redis/patience.ts';

const TIMEOUT_MS = 100;
const never = new Promise<never>(() => {});
const inTime = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('how long a dependency is waited for', () => {
  it('is the deadline when it says nothing', async () => {
    const { wait } = createPatience(TIMEOUT_MS);
    const askedAt = performance.now();
    await expect(wait(never)).rejects.toThrow('No answer within 100 ms');
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(TIMEOUT_MS - 2);
    expect(performance.now() - askedAt).toBeLessThan(5 * TIMEOUT_MS);
  });

  it('is longer while it answers others', async () => {
    const { wait } = createPatience(TIMEOUT_MS);
    const last = wait(inTime(5 * TIMEOUT_MS).then(() => 'at last'));
    for (let each = 1; each < 10; each += 1) void wait(inTime((each * TIMEOUT_MS) / 2));
    expect(await last).toBe('at last');
  });

  it('has an end, however much it answers others', async () => {
    const { wait } = createPatience(10);
    const answering = setInterval(() => void wait(Promise.resolve()), 2);
    const askedAt = performance.now();
    await expect(wait(never)).rejects.toThrow('No answer');
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(195);
    clearInterval(answering);
  });

  it('does not count what keeps this process from reading the answer', async () => {
    const { wait } = createPatience(20);
    const answer = wait(inTime(5).then(() => 'read late'));
    const busyUntil = performance.now() + 60;
    while (performance.now() < busyUntil);
    expect(await answer).toBe('read late');
  });

  it('hands on what is thrown', async () => {
    const { wait } = createPatience(TIMEOUT_MS);
    await expect(wait(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });
});
