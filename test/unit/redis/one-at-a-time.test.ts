import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../../../src/redis/one-at-a-time.ts';

/** Work that goes on until it is told to end, or to fail. */
function heldWork() {
  const begun: PromiseWithResolvers<void>[] = [];
  const run = oneAtATime(() => {
    const work = Promise.withResolvers<void>();
    begun.push(work);
    return work.promise;
  });
  return { begun, run };
}

describe('work that is done one at a time', () => {
  it('is done once more for all who asked while it went on', async () => {
    const { begun, run } = heldWork();
    const first = run();
    const asked = [run(), run(), run()];
    expect(begun).toHaveLength(1);
    begun[0]?.resolve();
    await first;
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.resolve();
    await Promise.all(asked);
    expect(begun).toHaveLength(2);
  });

  it('fails for those whose turn failed, and for nobody after', async () => {
    const { begun, run } = heldWork();
    const failing = run();
    const next = run();
    begun[0]?.reject(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    await expect.poll(() => begun.length).toBe(2);
    begun[1]?.resolve();
    await next;
    void run();
    expect(begun).toHaveLength(3);
  });
});
