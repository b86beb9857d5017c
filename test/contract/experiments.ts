import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/domain/clock.ts';
import type { ExperimentChange } from '../../src/router/experiments/port.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { OpenExperiments } from '../support/open-experiments.ts';
import { standingOf } from '../support/sample-experiment.ts';

const start: ExperimentChange = { kind: 'start', share: null };
const stop: ExperimentChange = { kind: 'stop' };

/**
 * What every adapter of the Experiments port does. `open` gives `small-first`, which ramps from 0.1 to 0.3, and
 * `by-hand`, both never started.
 */
export function describeExperiments(
  name: string,
  open: (clock: Clock) => Promise<OpenExperiments>,
): void {
  describe(`experiments ${name}`, () => {
    it('are off before the first start, in the order in which they are set up', async () => {
      await using opened = await open(fakeClock());
      const { experiments, logs } = opened;
      expect(experiments.current()).toMatchObject([
        { key: 'small-first', standing: { state: 'OFF', share: 0, run: '0', since: null } },
        { key: 'by-hand', standing: { state: 'OFF' } },
      ]);
      expect(logs).toEqual([]);
    });

    it('stand as changed, the others as before, when the change resolved', async () => {
      const clock = fakeClock();
      await using opened = await open(clock);
      const { experiments } = opened;
      const changed = await experiments.change('small-first', start);
      expect(changed).toMatchObject({
        happened: true,
        experiment: {
          key: 'small-first',
          standing: { state: 'RAMPING', step: 0, share: 0.1, since: clock.now() },
        },
      });
      expect(experiments.current()).toMatchObject([
        { key: 'small-first', standing: changed?.experiment.standing },
        { key: 'by-hand', standing: { state: 'OFF' } },
      ]);
    });

    it('stay the same list while nothing changes, so that to ask costs nothing', async () => {
      await using opened = await open(fakeClock());
      const { experiments } = opened;
      const before = experiments.current();
      expect(experiments.current()).toBe(before);
      await experiments.change('small-first', start);
      expect(experiments.current()).not.toBe(before);
    });

    it('go through a whole life', async () => {
      const clock = fakeClock();
      await using opened = await open(clock);
      const { experiments } = opened;
      const change = async (wish: ExperimentChange) => {
        clock.advance(1_000);
        return (await experiments.change('small-first', wish))?.experiment.standing;
      };
      await change(start);
      const { run } = standingOf(experiments);
      const requests = { control: 120, treatment: 110 };
      expect(await change({ kind: 'advance', run, step: 0, requests })).toMatchObject({
        ...{ state: 'RAMPING', step: 1, share: 0.3, since: clock.now(), requestsBefore: requests },
      });
      expect(await change({ kind: 'share', share: 0.5 })).toMatchObject({
        ...{ state: 'COLLECTING', step: null, share: 0.5, run },
      });
      expect(await change({ kind: 'rollBack', run, reason: 'It failed.' })).toMatchObject({
        ...{ state: 'ROLLED_BACK', share: 0, conclusion: 'It failed.', run },
      });
      expect(await change({ kind: 'start', share: 0.2 })).toMatchObject({
        ...{ state: 'COLLECTING', share: 0.2, conclusion: null },
        requestsBefore: { control: 0, treatment: 0 },
      });
      expect(standingOf(experiments).run).not.toBe(run);
      const adopt = { kind: 'conclude', adopted: 'small', conclusion: 'As good.' } as const;
      expect(await change(adopt)).toMatchObject({
        ...{ state: 'CONCLUDED', share: 0, adopted: 'small', conclusion: 'As good.' },
      });
      expect(await change(stop)).toMatchObject({ state: 'OFF', adopted: null, conclusion: null });
    });

    it('change nothing by what does not fit, and tell what stands', async () => {
      await using opened = await open(fakeClock());
      const { experiments, logs } = opened;
      const changed = await experiments.change('small-first', { kind: 'share', share: 0.2 });
      expect(changed).toEqual({ experiment: experiments.current()[0], happened: false });
      expect(standingOf(experiments).state).toBe('OFF');
      expect(logs).toEqual([]);
    });

    it('know of no experiment that is not set up', async () => {
      await using opened = await open(fakeClock());
      expect(await opened.experiments.change('another', start)).toBeNull();
      expect(await opened.experiments.change('constructor', start)).toBeNull();
    });

    it('make each of many changes at once, and lose none of another experiment', async () => {
      await using opened = await open(fakeClock());
      const { experiments } = opened;
      await experiments.change('small-first', start);
      const shares = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4];
      const changes = await Promise.all([
        experiments.change('by-hand', { kind: 'start', share: 0.5 }),
        ...shares.map((share) => experiments.change('small-first', { kind: 'share', share })),
      ]);
      expect(changes).toMatchObject(
        [0.5, ...shares].map((share) => ({ happened: true, experiment: { standing: { share } } })),
      );
      expect(shares).toContain(standingOf(experiments).share);
      expect(standingOf(experiments, 'by-hand')).toMatchObject({ state: 'COLLECTING', share: 0.5 });
    });

    it('tell one caller alone that his change happened, of those who wish for the same', async () => {
      await using opened = await open(fakeClock());
      const { experiments } = opened;
      await experiments.change('small-first', start);
      const { run } = standingOf(experiments);
      const rollBack = { kind: 'rollBack', run, reason: 'It failed.' } as const;
      const changes = await Promise.all(
        [1, 2, 3].map(() => experiments.change('small-first', rollBack)),
      );
      expect(changes.filter((change) => change?.happened)).toHaveLength(1);
      for (const change of changes) expect(change?.experiment.standing.state).toBe('ROLLED_BACK');
    });

    it('log each change once, and nothing else', async () => {
      await using opened = await open(fakeClock());
      const { experiments, logs } = opened;
      await experiments.change('small-first', start);
      await experiments.change('small-first', start);
      await experiments.change('small-first', stop);
      const message = 'experiment changed';
      expect(logs).toMatchObject([
        { level: 'info', message, experiment: 'small-first', state: 'RAMPING', share: 0.1 },
        { level: 'info', message, experiment: 'small-first', state: 'OFF', share: 0 },
      ]);
    });
  });
}
