import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { OpenRollout } from '../support/open-rollout.ts';

const configured = {
  cacheEnabled: true,
  semanticCacheEnabled: true,
  routingEnabled: false,
  abTestRatio: 0.5,
};

/** What every adapter of the Rollout port does. `open` gives unchanged switches that stand as in `configured`. */
export function describeRollout(name: string, open: (clock: Clock) => Promise<OpenRollout>): void {
  describe(`rollout switches ${name}`, () => {
    it('stand as configured before the first change', async () => {
      await using opened = await open(fakeClock());
      expect(opened.rollout.current()).toEqual({ ...configured, changedAt: null });
      expect(opened.logs).toEqual([]);
    });

    it('stand as changed, the others as before, when the change resolved', async () => {
      const clock = fakeClock();
      await using opened = await open(clock);
      const { rollout } = opened;
      const first = { ...configured, cacheEnabled: false, changedAt: clock.now() };
      expect(await rollout.change({ cacheEnabled: false })).toEqual(first);
      expect(rollout.current()).toEqual(first);
      clock.advance(1_000);
      const second = { ...first, routingEnabled: true, abTestRatio: 0, changedAt: clock.now() };
      expect(await rollout.change({ routingEnabled: true, abTestRatio: 0 })).toEqual(second);
      expect(rollout.current()).toEqual(second);
    });

    it('go back to what is configured by null', async () => {
      const clock = fakeClock();
      await using opened = await open(clock);
      const { rollout } = opened;
      await rollout.change({ cacheEnabled: false, abTestRatio: 0.1 });
      clock.advance(1_000);
      const state = await rollout.change({ abTestRatio: null });
      expect(state).toEqual({ ...configured, cacheEnabled: false, changedAt: clock.now() });
      const back = await rollout.change({ cacheEnabled: null, routingEnabled: null });
      expect(back).toEqual({ ...configured, changedAt: null });
    });

    it('count as changed when they are changed to what is configured', async () => {
      const clock = fakeClock();
      await using opened = await open(clock);
      const state = await opened.rollout.change({ cacheEnabled: true });
      expect(state).toEqual({ ...configured, changedAt: clock.now() });
      expect(opened.logs).toEqual([]);
    });

    it('stay as they are by a change with nothing in it', async () => {
      const clock = fakeClock();
      await using opened = await open(clock);
      const { rollout } = opened;
      expect(await rollout.change({})).toEqual({ ...configured, changedAt: null });
      const changed = await rollout.change({ cacheEnabled: false });
      clock.advance(1_000);
      expect(await rollout.change({})).toEqual(changed);
    });

    it('keep every one of many changes at once', async () => {
      await using opened = await open(fakeClock());
      const { rollout } = opened;
      await Promise.all([
        rollout.change({ cacheEnabled: false }),
        rollout.change({ routingEnabled: true }),
        rollout.change({ abTestRatio: 0.75 }),
        rollout.change({ semanticCacheEnabled: false }),
      ]);
      const { changedAt: _, ...switches } = rollout.current();
      expect(switches).toEqual({
        cacheEnabled: false,
        semanticCacheEnabled: false,
        routingEnabled: true,
        abTestRatio: 0.75,
      });
    });

    it('are logged when they change, and only what changed', async () => {
      await using opened = await open(fakeClock());
      const { rollout, logs } = opened;
      await rollout.change({ cacheEnabled: false, abTestRatio: 0.5 });
      await rollout.change({ cacheEnabled: false });
      await rollout.change({ cacheEnabled: null });
      await rollout.change({ semanticCacheEnabled: false });
      const message = 'rollout switches changed';
      expect(logs).toEqual([
        { level: 'info', message, cacheEnabled: false },
        { level: 'info', message, cacheEnabled: true },
        { level: 'info', message, semanticCacheEnabled: false },
      ]);
    });
  });
}
