import { describe, expect, it } from 'vitest';
import { alone } from '../../../src/generation/alone.ts';
import type { Run, RunDeps } from '../../../src/generation/run.ts';
import type { RunLeases } from '../../../src/generation/run-leases.ts';
import type { RunSpec } from '../../../src/generation/run-spec.ts';
import { createRuns } from '../../../src/generation/runs.ts';
import type { Expense } from '../../../src/generation/spending.ts';
import { openRunDeps } from '../../support/open-run.ts';
import { processesInMemory } from '../../support/processes-in-memory.ts';
import { sampleRunRecord, sampleRunSpec } from '../../support/sample-run-spec.ts';

function openRuns(changes: Partial<RunDeps> = {}, leases: RunLeases = alone().leases) {
  const opened = openRunDeps(changes);
  const heardOf: Run[] = [];
  const created = createRuns({ ...opened.deps, leases, onRun: (run) => heardOf.push(run) });
  const runs = {
    ...created,
    joinOrStart: (spec: RunSpec, expense: Expense = free) => created.joinOrStart(spec, expense),
  };
  return { ...opened, runs, heardOf };
}

const free: Expense = { async reserve() {}, release() {} };

/** Counts what is set aside. */
function countedExpense(reserve = async () => {}) {
  const counts = { reserved: 0, released: 0 };
  const expense: Expense = {
    async reserve() {
      await reserve();
      counts.reserved += 1;
    },
    release() {
      counts.released += 1;
    },
  };
  return { expense, counts };
}

/** Two processes that share what they do. */
function openBoth(changes: Partial<RunDeps> = {}) {
  const shared = processesInMemory();
  const open = (processId: string) =>
    openRuns({ log: shared.log, ...changes }, shared.peers(processId).leases);
  return { shared, one: open('one'), other: open('other') };
}

/** What the request `name` asks for; `question` stands for the exact key. */
function specOf(name: string, question = 'question', shared = true) {
  const id = `${question}.${name}`;
  return sampleRunSpec({ id, shared, startedBy: sampleRunRecord({ id: name, runId: id }) });
}

describe('the runs of a process', () => {
  it('let requests join a run that has not even begun', async () => {
    const { runs, upstream, heardOf } = openRuns();
    const asked = ['a', 'b', 'c'].map((name) => runs.joinOrStart(specOf(name)));
    const seated = await Promise.all(asked);
    expect(seated.map(({ joined }) => joined)).toEqual([false, true, true]);
    expect(new Set(seated.map(({ run }) => run))).toEqual(new Set(heardOf));
    expect(seated.map(({ run, seat }, index) => run.seatOf('abc'.charAt(index)) === seat)).toEqual([
      true,
      true,
      true,
    ]);
    expect(upstream.calls).toHaveLength(1);
  });

  it('are forgotten when they have ended', async () => {
    const { runs, upstream } = openRuns();
    const { run } = await runs.joinOrStart(specOf('a'));
    expect(await runs.find(run.id)).toBe(run);
    (await upstream.nextCall()).finish();
    await run.ended;
    const next = await runs.joinOrStart(specOf('b'));
    expect(next.joined).toBe(false);
    expect(await runs.find(run.id)).toBeNull();
  });

  it('make room for another when one was stopped, and share that one', async () => {
    const { runs } = openRuns();
    const stopped = await runs.joinOrStart(specOf('a'));
    void stopped.run.cancel('a');
    await expect.poll(() => stopped.run.isStopped()).toBe(true);
    const next = await Promise.all(['b', 'c'].map((name) => runs.joinOrStart(specOf(name))));
    expect(next.map(({ joined }) => joined)).toEqual([false, true]);
    expect(next[0]?.run).toBe(next[1]?.run);
  });

  it('make room for another when one could not begin', async () => {
    const { deps } = openRunDeps();
    const full = new Error('no room');
    let refuses = true;
    const { runs } = openRuns({
      log: {
        ...deps.log,
        append: async (...args) => (refuses ? Promise.reject(full) : deps.log.append(...args)),
      },
    });
    await expect(runs.joinOrStart(specOf('a'))).rejects.toBe(full);
    refuses = false;
    expect(await runs.joinOrStart(specOf('b'))).toMatchObject({ joined: false });
  });

  it('keep apart different questions, and who wants an answer of his own', async () => {
    const { runs, upstream } = openRuns();
    await runs.joinOrStart(specOf('a', 'one'));
    expect(await runs.joinOrStart(specOf('b', 'other'))).toMatchObject({ joined: false });
    expect(await runs.joinOrStart(specOf('c', 'one', false))).toMatchObject({ joined: false });
    expect(await runs.joinOrStart(specOf('d', 'one'))).toMatchObject({ joined: true });
    expect(upstream.calls).toHaveLength(3);
  });
});

describe('the runs of two processes', () => {
  it('are joined across them, so that one question is asked once', async () => {
    const { one, other } = openBoth();
    const first = await one.runs.joinOrStart(specOf('a'));
    const second = await other.runs.joinOrStart(specOf('b'));
    expect(second).toMatchObject({ joined: true, run: { id: first.run.id } });
    expect(await other.runs.joinOrStart(specOf('c'))).toMatchObject({ run: second.run });
    expect(other.heardOf).toEqual([second.run]);
    (await one.upstream.nextCall()).finish();
    expect(await second.run.ended).toEqual(await first.run.ended);
    expect(other.upstream.calls).toHaveLength(0);
  });

  it('are found by either, as long as they are kept', async () => {
    const { one, other } = openBoth();
    const { run } = await one.runs.joinOrStart(specOf('a'));
    const [found, again] = await Promise.all([other.runs.find(run.id), other.runs.find(run.id)]);
    expect(found).toMatchObject({ id: run.id });
    expect(again).toBe(found);
    (await one.upstream.nextCall()).finish();
    await found?.ended;
    const late = await other.runs.find(run.id);
    expect(await late?.ended).toEqual(await run.ended);
    expect(await other.runs.find('question.nobody')).toBeNull();
  });

  it('are asked again when the one to join cannot be found, or is not to be joined', async () => {
    const { shared, one } = openBoth();
    await one.runs.joinOrStart(specOf('a'));
    const { leases } = shared.peers('blind');
    const blind = openRuns(
      { log: shared.log },
      { ...leases, claim: leases.claim, attend: async () => null },
    );
    expect(await blind.runs.joinOrStart(specOf('b'))).toMatchObject({ joined: false });
    expect(blind.upstream.calls).toHaveLength(1);
  });

  it('are not shared any more when the one that leads is being stopped', async () => {
    const { one, other } = openBoth({ graceMs: 0 });
    const { seat, run } = await one.runs.joinOrStart(specOf('a'));
    const call = await one.upstream.nextCall();
    seat.leave();
    await call.closed;
    const next = await other.runs.joinOrStart(specOf('b'));
    expect(next).toMatchObject({ joined: false });
    expect(await run.ended).toMatchObject({ status: 'CANCELLED' });
  });
});

describe('what a run may take', () => {
  it('is set aside by the request that begins it, and by none that joins it here', async () => {
    const { runs } = openRuns();
    const [first, second] = [countedExpense(), countedExpense()];
    await runs.joinOrStart(specOf('a'), first.expense);
    await runs.joinOrStart(specOf('b'), second.expense);
    expect(first.counts).toEqual({ reserved: 1, released: 0 });
    expect(second.counts).toEqual({ reserved: 0, released: 0 });
  });

  it('comes free again when a run of another process answers', async () => {
    const { one, other } = openBoth();
    await one.runs.joinOrStart(specOf('a'));
    const { expense, counts } = countedExpense();
    expect(await other.runs.joinOrStart(specOf('b'), expense)).toMatchObject({ joined: true });
    expect(counts).toEqual({ reserved: 1, released: 1 });
  });

  it('keeps a run that may not take it from beginning, and the next one asks for itself', async () => {
    const { runs, upstream } = openRuns();
    const refusal = new Error('too dear');
    const { expense } = countedExpense(() => Promise.reject(refusal));
    const refused = runs.joinOrStart(specOf('a'), expense);
    const waiting = countedExpense();
    const next = runs.joinOrStart(specOf('b'), waiting.expense);
    await expect(refused).rejects.toBe(refusal);
    expect(await next).toMatchObject({ joined: false });
    expect(waiting.counts).toEqual({ reserved: 1, released: 0 });
    expect(upstream.calls).toHaveLength(1);
  });
});
