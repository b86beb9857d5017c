import { describe, expect, it } from 'vitest';
import type { Run } from '../../../src/generation/run.ts';
import { createRunsInFlight } from '../../../src/generation/runs-in-flight.ts';

function playedRun(joinable = true) {
  const { promise: ended, resolve: end } = Promise.withResolvers<never>();
  const run: Run = {
    id: 'run',
    startedAt: 0,
    join: () => joinable,
    leave() {},
    stop() {},
    ended,
  };
  return { run, end: () => end({} as never) };
}

describe('the runs in flight', () => {
  it('let requests join a run that has not even begun', async () => {
    const inFlight = createRunsInFlight();
    const { run } = playedRun();
    const starting = Promise.withResolvers<Run>();
    const asked = [1, 2, 3].map(() => inFlight.joinOrStart('key', () => starting.promise));
    starting.resolve(run);
    const answers = await Promise.all(asked);
    expect(answers.map(({ joined }) => joined)).toEqual([false, true, true]);
    expect(answers.every((answer) => answer.run === run)).toBe(true);
  });

  it('forget a run that has ended', async () => {
    const inFlight = createRunsInFlight();
    const first = playedRun();
    await inFlight.joinOrStart('key', async () => first.run);
    first.end();
    await new Promise(setImmediate);
    const second = playedRun();
    const answer = await inFlight.joinOrStart('key', async () => second.run);
    expect(answer).toEqual({ run: second.run, joined: false });
  });

  it('begin another when the run was stopped or could not begin, and share that one', async () => {
    const inFlight = createRunsInFlight();
    await inFlight.joinOrStart('stopped', async () => playedRun(false).run);
    const next = playedRun();
    let starts = 0;
    const start = async () => {
      starts += 1;
      return next.run;
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
    await inFlight.joinOrStart('one', async () => playedRun().run);
    expect((await inFlight.joinOrStart('other', async () => playedRun().run)).joined).toBe(false);
  });
});
