import { describe, expect, it } from 'vitest';
import type { Run, StartedRun } from '../../../src/generation/run.ts';
import { createRunsInFlight } from '../../../src/generation/runs-in-flight.ts';
import { createSeats } from '../../../src/generation/seats.ts';

function playedRun(joinable = true) {
  const { promise: ended, resolve: end } = Promise.withResolvers<never>();
  const seats = createSeats({ graceMs: 1, stop() {} });
  seats.close();
  const run: Run = {
    id: 'run',
    startedAt: 0,
    firstTextMs: () => null,
    join: () => (joinable ? seats.take() : null),
    isStopped: () => !joinable,
    stop() {},
    ended,
  };
  return { started: { run, seat: seats.take() }, end: () => end({} as never) };
}

describe('the runs in flight', () => {
  it('let requests join a run that has not even begun', async () => {
    const inFlight = createRunsInFlight();
    const { started } = playedRun();
    const starting = Promise.withResolvers<StartedRun>();
    const asked = [1, 2, 3].map(() => inFlight.joinOrStart('key', () => starting.promise));
    starting.resolve(started);
    const answers = await Promise.all(asked);
    expect(answers.map(({ joined }) => joined)).toEqual([false, true, true]);
    expect(answers.every((answer) => answer.run === started.run)).toBe(true);
  });

  it('forget a run that has ended', async () => {
    const inFlight = createRunsInFlight();
    const first = playedRun();
    await inFlight.joinOrStart('key', async () => first.started);
    first.end();
    await new Promise(setImmediate);
    const second = playedRun();
    const answer = await inFlight.joinOrStart('key', async () => second.started);
    expect(answer).toEqual({ ...second.started, joined: false });
  });

  it('begin another when the run was stopped or could not begin, and share that one', async () => {
    const inFlight = createRunsInFlight();
    await inFlight.joinOrStart('stopped', async () => playedRun(false).started);
    const next = playedRun();
    let starts = 0;
    const start = async () => {
      starts += 1;
      return next.started;
    };
    const asked = [1, 2].map(() => inFlight.joinOrStart('stopped', start));
    expect((await Promise.all(asked)).map(({ joined }) => joined)).toEqual([false, true]);
    expect(starts).toBe(1);

    const full = new Error('no room');
    await expect(inFlight.joinOrStart('full', () => Promise.reject(full))).rejects.toBe(full);
    expect((await inFlight.joinOrStart('full', start)).joined).toBe(false);
  });

  it('keep different questions apart', async () => {
    const inFlight = createRunsInFlight();
    await inFlight.joinOrStart('one', async () => playedRun().started);
    expect((await inFlight.joinOrStart('other', async () => playedRun().started)).joined).toBe(
      false,
    );
  });
});
