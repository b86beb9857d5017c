import { describe, expect, it } from 'vitest';
import type { ExperimentChange, Standing } from '../../../../src/router/experiments/port.ts';
import { changed, fitting, NEVER_STARTED } from '../../../../src/router/experiments/standing.ts';
import { sampleExperiment } from '../../../support/sample-experiment.ts';

const NOW = 1_700_000_000_000;
const LATER = NOW + 60_000;

const experiment = sampleExperiment();

const start: ExperimentChange = { kind: 'start', share: null };
const conclude: ExperimentChange = { kind: 'conclude', adopted: 'small', conclusion: 'As good.' };
const stop: ExperimentChange = { kind: 'stop' };

function after(changes: readonly ExperimentChange[], now = NOW): Standing {
  return changes.reduce(
    (standing, change) => changed(experiment, standing, change, now),
    NEVER_STARTED,
  );
}

const ramping = after([start]);
const { run } = ramping;
const rollBack: ExperimentChange = { kind: 'rollBack', run, reason: 'It failed.' };
const requests = { control: 150, treatment: 140 };
const advance: ExperimentChange = { kind: 'advance', run, step: 0, requests };

const collecting = after([{ kind: 'start', share: 0.2 }]);
const concluded = after([start, conclude]);
const rolledBack = after([start, rollBack]);

describe('a start', () => {
  it('begins with the first step of the schedule', () => {
    expect(ramping).toEqual({
      ...NEVER_STARTED,
      ...{ state: 'RAMPING', run: String(NOW), share: 0.1, step: 0, since: NOW },
    });
  });

  it('with a share stays at it', () => {
    expect(collecting).toMatchObject({ state: 'COLLECTING', share: 0.2, step: null });
  });

  it('without a share changes nothing where there is no schedule', () => {
    const byHand = sampleExperiment({ schedule: [] });
    expect(changed(byHand, NEVER_STARTED, start, NOW)).toBe(NEVER_STARTED);
  });

  it.each([
    ['is off', after([start, stop])],
    ['is concluded', concluded],
    ['was rolled back', rolledBack],
  ])('begins a new run that knows nothing of the one before, when it %s', (_how, before) => {
    const standing = changed(experiment, before, start, LATER);
    expect(standing).toEqual({ ...ramping, run: String(LATER), since: LATER });
  });

  it('begins another run though the clock stands still or goes back', () => {
    const again = changed(experiment, rolledBack, start, NOW - 1_000);
    expect(Number(again.run)).toBe(Number(run) + 1);
  });
});

describe('an advance', () => {
  it('goes to the next step, which remembers when and at which counts it began', () => {
    expect(changed(experiment, ramping, advance, LATER)).toEqual({
      ...ramping,
      ...{ step: 1, share: 0.3, since: LATER, requestsBefore: requests },
    });
  });

  it('after the last step stays at its share', () => {
    const last = changed(experiment, ramping, advance, LATER);
    const standing = changed(experiment, last, { ...advance, step: 1 }, LATER + 1);
    expect(standing).toEqual({ ...last, state: 'COLLECTING', step: null });
  });

  it('changes nothing when another made it, or the run is another', () => {
    const last = changed(experiment, ramping, advance, LATER);
    expect(changed(experiment, last, advance, LATER)).toBe(last);
    expect(changed(experiment, ramping, { ...advance, run: '7' }, LATER)).toBe(ramping);
    expect(changed(experiment, collecting, { ...advance, run: collecting.run }, LATER)).toBe(
      collecting,
    );
  });
});

describe('a share', () => {
  it('ends the ramp, and goes on with the run', () => {
    expect(changed(experiment, ramping, { kind: 'share', share: 0.4 }, LATER)).toEqual({
      ...ramping,
      ...{ state: 'COLLECTING', share: 0.4, step: null, since: LATER },
    });
  });

  it('that is the one of the step holds the ramp there', () => {
    expect(changed(experiment, ramping, { kind: 'share', share: 0.1 }, LATER)).toEqual({
      ...ramping,
      ...{ state: 'COLLECTING', step: null, since: NOW },
    });
  });

  it('that it has changes nothing', () => {
    expect(changed(experiment, collecting, { kind: 'share', share: 0.2 }, LATER)).toBe(collecting);
  });
});

describe('the end of a run', () => {
  const none = { share: 0, step: null, since: LATER };

  it.each([
    ['ramps', ramping],
    ['collects', collecting],
  ])('comes in each of three ways while it %s', (_how, before) => {
    const { run: its } = before;
    expect(changed(experiment, before, conclude, LATER)).toEqual({
      ...{ ...before, ...none },
      ...{ state: 'CONCLUDED', adopted: 'small', conclusion: 'As good.' },
    });
    const harm: ExperimentChange = { kind: 'rollBack', run: its, reason: 'It failed.' };
    expect(changed(experiment, before, harm, LATER)).toEqual({
      ...{ ...before, ...none },
      ...{ state: 'ROLLED_BACK', adopted: null, conclusion: 'It failed.' },
    });
    expect(changed(experiment, before, stop, LATER)).toEqual({
      ...{ ...before, ...none, state: 'OFF' },
    });
  });

  it('adopts no arm that there is not', () => {
    const other: ExperimentChange = { ...conclude, adopted: 'medium' };
    expect(changed(experiment, ramping, other, LATER)).toBe(ramping);
  });

  it('does not come by harm that another run did', () => {
    expect(changed(experiment, ramping, { ...rollBack, run: '7' }, LATER)).toBe(ramping);
  });

  it('takes back what was adopted, and the reason of a rollback, by a stop', () => {
    for (const before of [concluded, rolledBack]) {
      expect(changed(experiment, before, stop, LATER)).toMatchObject({
        ...{ state: 'OFF', adopted: null, conclusion: null, run, since: NOW },
      });
    }
  });
});

/** An operator who adopts an arm in the moment in which it is rolled back must not adopt it. */
it.each([
  ['never started', NEVER_STARTED],
  ['off', after([start, stop])],
  ['concluded', concluded],
  ['rolled back', rolledBack],
])('what is %s has no share, is not rolled back and not concluded', (_how, standing) => {
  for (const change of [
    { kind: 'share', share: 0.3 } as const,
    { ...rollBack, reason: 'x' },
    advance,
  ]) {
    expect(changed(experiment, standing, change, LATER)).toBe(standing);
  }
  expect(changed(experiment, standing, { ...conclude, adopted: 'large' }, LATER)).toBe(standing);
});

it.each([ramping, collecting])('what is under way is not started again', (standing) => {
  expect(changed(experiment, standing, start, LATER)).toBe(standing);
});

describe('how an experiment stands that is set up anew since', () => {
  it('is the same where it fits', () => {
    for (const standing of [NEVER_STARTED, ramping, collecting, concluded, rolledBack]) {
      expect(fitting(experiment, standing)).toBe(standing);
    }
  });

  it('keeps the share of a step that there is no more', () => {
    const shorter = sampleExperiment({ schedule: [] });
    const standing = { ...ramping, state: 'COLLECTING', step: null };
    expect(fitting(shorter, ramping)).toEqual(standing);
  });

  it('lets no arm serve that there is no more, and says so', () => {
    const renamed = sampleExperiment({ treatment: { name: 'tiny', rule: { kind: 'router' } } });
    expect(fitting(renamed, concluded)).toMatchObject({
      state: 'OFF',
      adopted: null,
      conclusion: expect.stringContaining('no such arm'),
    });
  });
});
