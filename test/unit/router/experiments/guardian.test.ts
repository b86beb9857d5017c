import { describe, expect, it, vi } from 'vitest';
import { createGuardian } from '../../../../src/router/experiments/guardian.ts';
import type { GuardrailJudgement } from '../../../../src/router/experiments/guardrails.ts';
import { memoryExperiments } from '../../../../src/router/experiments/memory-experiments.ts';
import {
  type Experiments,
  ExperimentsUnavailable,
} from '../../../../src/router/experiments/port.ts';
import type { ArmState } from '../../../../src/telemetry/arm-state.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { armWith, sampleExperiment, standingOf } from '../../../support/sample-experiment.ts';

const MINUTE = 60_000;
const defined = [sampleExperiment()];

const FINE: GuardrailJudgement = { verdict: 'fine', guardrails: [], reason: null };
const HARM: GuardrailJudgement = { verdict: 'harm', guardrails: [], reason: 'Errors: 9 of 10.' };

/** One experiment that was started, and a guardian over it that looks when it is told to. */
async function openGuardian(
  changes: { experiments?: (experiments: Experiments) => Experiments } = {},
) {
  const clock = fakeClock();
  const { logger, logs } = recordLogs();
  const experiments = memoryExperiments({ experiments: () => defined, clock, logger });
  await experiments.change('small-first', { kind: 'start', share: null });
  const state = { arms: [] as readonly ArmState[], judgement: FINE, mismatch: false };
  const readArms = vi.fn(async () => state.arms);
  const open = () =>
    createGuardian({
      experiments: changes.experiments?.(experiments) ?? experiments,
      readArms,
      judge: () => state.judgement,
      sampleRatio: () => ({
        ...{ control: 0, treatment: 0, mismatch: state.mismatch },
        reason: state.mismatch ? 'Twice as many.' : null,
      }),
      everyMs: 1_000_000,
      ...{ clock, logger },
    });
  const { run } = standingOf(experiments);
  return {
    ...{ clock, logs, experiments, state, readArms, run, open },
    guardian: open(),
    counts(control: number, treatment: number, ofRun = run) {
      state.arms = [
        armWith({ arm: 'large', run: ofRun, requests: control }),
        armWith({ arm: 'small', run: ofRun, requests: treatment }),
      ];
    },
    standing: () => standingOf(experiments),
    warnings: () => logs.filter(({ level }) => level === 'warn'),
  };
}

describe('a guardian', () => {
  it('rolls back what does harm, with the reason', async () => {
    const { guardian, state, standing, warnings, run } = await openGuardian();
    await guardian.look();
    expect(standing()).toMatchObject({ state: 'RAMPING' });
    state.judgement = HARM;
    await guardian.look();
    expect(standing()).toMatchObject({
      ...{ state: 'ROLLED_BACK', share: 0, conclusion: 'Errors: 9 of 10.', run },
    });
    expect(warnings()).toMatchObject([
      { message: 'experiment rolled back', experiment: 'small-first', run, reason: HARM.reason },
    ]);
  });

  it('does so once, and warns once, however many processes look at the same time', async () => {
    const { open, state, warnings, logs } = await openGuardian();
    state.judgement = HARM;
    await Promise.all([open(), open(), open()].map((guardian) => guardian.look()));
    expect(warnings()).toHaveLength(1);
    const changes = logs.filter(({ message }) => message === 'experiment changed');
    expect(changes.map((change) => change['state'])).toEqual(['RAMPING', 'ROLLED_BACK']);
  });

  it('judges the arms of the run that is under way, an arm without requests as one of none', async () => {
    const opened = await openGuardian();
    const { guardian, state, experiments } = opened;
    opened.counts(10, 20, '7');
    await guardian.look();
    state.judgement = HARM;
    await guardian.look();
    expect(guardian.judgements().get('small-first')).toMatchObject({
      run: opened.run,
      guardrails: HARM,
    });
    await experiments.change('small-first', { kind: 'start', share: 0.2 });
    state.judgement = FINE;
    await guardian.look();
    const { run } = opened.standing();
    expect(guardian.judgements().get('small-first')).toMatchObject({ run, guardrails: FINE });
  });

  it('looks at a run that has ended once more, and then reads nothing any more', async () => {
    const { guardian, experiments, readArms, state } = await openGuardian();
    await guardian.look();
    await experiments.change('small-first', {
      ...{ kind: 'conclude', adopted: 'large', conclusion: null },
    });
    state.judgement = HARM;
    for (let looks = 0; looks < 3; looks += 1) await guardian.look();
    expect(readArms).toHaveBeenCalledTimes(2);
    expect(guardian.judgements().get('small-first')?.guardrails).toEqual(HARM);
    expect(standingOf(experiments).state).toBe('CONCLUDED');
  });

  it('reads nothing while no experiment was ever started', async () => {
    const clock = fakeClock();
    const { logger } = recordLogs();
    const readArms = vi.fn(async () => []);
    await using guardian = createGuardian({
      experiments: memoryExperiments({ experiments: () => defined, clock, logger }),
      ...{ readArms, judge: () => FINE, everyMs: 1_000_000, clock, logger },
      sampleRatio: () => ({ control: 0, treatment: 0, mismatch: false, reason: null }),
    });
    await guardian.look();
    expect(readArms).not.toHaveBeenCalled();
    expect(guardian.judgements().size).toBe(0);
  });

  it('looks by itself, one look at a time, until it is disposed of', async () => {
    vi.useFakeTimers();
    try {
      const clock = fakeClock();
      const { logger } = recordLogs();
      const experiments = memoryExperiments({ experiments: () => defined, clock, logger });
      await experiments.change('small-first', { kind: 'start', share: 0.5 });
      const reading = Promise.withResolvers<readonly ArmState[]>();
      const readArms = vi.fn(() => reading.promise);
      const guardian = createGuardian({
        ...{ experiments, readArms, judge: () => FINE, everyMs: 2_000, clock, logger },
        sampleRatio: () => ({ control: 0, treatment: 0, mismatch: false, reason: null }),
      });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(readArms).toHaveBeenCalledTimes(1);
      reading.resolve([]);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(readArms).toHaveBeenCalledTimes(2);
      await guardian[Symbol.asyncDispose]();
      await vi.advanceTimersByTimeAsync(10_000);
      expect(readArms).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a ramp', () => {
  it('goes on when a step has lasted and both arms have counted enough', async () => {
    const opened = await openGuardian();
    const { guardian, clock, standing } = opened;
    opened.counts(100, 100);
    clock.advance(MINUTE - 1);
    await guardian.look();
    expect(standing()).toMatchObject({ step: 0, share: 0.1 });
    clock.advance(1);
    await guardian.look();
    expect(standing()).toMatchObject({
      ...{ state: 'RAMPING', step: 1, share: 0.3, since: clock.now() },
      requestsBefore: { control: 100, treatment: 100 },
    });
  });

  it.each([
    [99, 1_000],
    [1_000, 99],
  ])('waits for the arm that has counted less: %d and %d', async (control, treatment) => {
    const opened = await openGuardian();
    opened.counts(control, treatment);
    opened.clock.advance(10 * MINUTE);
    await opened.guardian.look();
    expect(opened.standing().step).toBe(0);
  });

  it('counts for a step what came since it began, and stays at the last share', async () => {
    const opened = await openGuardian();
    const { guardian, clock, standing } = opened;
    const lookAfter = async (control: number, treatment: number) => {
      opened.counts(control, treatment);
      clock.advance(MINUTE);
      await guardian.look();
      return standing();
    };
    expect(await lookAfter(150, 120)).toMatchObject({ step: 1 });
    expect(await lookAfter(349, 320)).toMatchObject({ step: 1 });
    expect(await lookAfter(350, 320)).toMatchObject({ state: 'COLLECTING', share: 0.3 });
    expect(await lookAfter(9_000, 9_000)).toMatchObject({ state: 'COLLECTING', share: 0.3 });
  });

  it('counts anew what was lost', async () => {
    const opened = await openGuardian();
    const { guardian, clock, standing } = opened;
    for (const requests of [5_000, 200]) {
      opened.counts(requests, requests);
      clock.advance(MINUTE);
      await guardian.look();
    }
    expect(standing().state).toBe('COLLECTING');
  });

  it('is held while the arms are not of one size, which is warned of once', async () => {
    const opened = await openGuardian();
    const { guardian, state, clock, standing, warnings } = opened;
    opened.counts(1_000, 500);
    clock.advance(MINUTE);
    state.mismatch = true;
    await guardian.look();
    await guardian.look();
    expect(standing().step).toBe(0);
    expect(warnings()).toMatchObject([
      { message: 'experiment held at its share', reason: 'Twice as many.' },
    ]);
    state.mismatch = false;
    await guardian.look();
    expect(standing().step).toBe(1);
  });

  it('does not go on with what does harm, though it is due', async () => {
    const opened = await openGuardian();
    opened.counts(1_000, 1_000);
    opened.clock.advance(MINUTE);
    opened.state.judgement = HARM;
    await opened.guardian.look();
    expect(opened.standing().state).toBe('ROLLED_BACK');
  });

  it('goes one step on, however many processes look at the same time', async () => {
    const opened = await openGuardian();
    opened.counts(1_000, 1_000);
    opened.clock.advance(MINUTE);
    await Promise.all([opened.open(), opened.open()].map((guardian) => guardian.look()));
    expect(opened.standing()).toMatchObject({ step: 1 });
  });
});

describe('a look that fails', () => {
  it('changes nothing, is logged once, and made good by a later one', async () => {
    const { guardian, readArms, state, standing, logs, warnings } = await openGuardian();
    state.judgement = HARM;
    readArms.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
    await guardian.look();
    await guardian.look();
    expect(standing().state).toBe('RAMPING');
    expect(warnings()).toMatchObject([{ message: expect.stringContaining('cannot be watched') }]);
    await guardian.look();
    expect(standing().state).toBe('ROLLED_BACK');
    expect(logs.at(-1)).toMatchObject({ level: 'info', message: 'experiments are watched again' });
  });

  it('since a rollback was not confirmed, tries it again', async () => {
    let away = true;
    const opened = await openGuardian({
      experiments: (experiments) => ({
        current: experiments.current,
        async change(...args) {
          if (away) throw new ExperimentsUnavailable('Not confirmed.');
          return experiments.change(...args);
        },
      }),
    });
    opened.state.judgement = HARM;
    await opened.guardian.look();
    expect(opened.standing().state).toBe('RAMPING');
    away = false;
    await opened.guardian.look();
    expect(opened.standing().state).toBe('ROLLED_BACK');
  });
});
