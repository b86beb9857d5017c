import { afterEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { Run } from '../../../src/generation/run.ts';
import { RunUnknown } from '../../../src/generation/run-log.ts';
import { HandedOver } from '../../../src/generation/shutting-down.ts';
import { textOf } from '../../support/open-run.ts';
import { openTwoProcesses } from '../../support/two-processes.ts';

const goodbye = new GatewayError('SHUTTING_DOWN', 'Bye.', { retryable: true });

/** A listener of one generation in a process. */
function listen(run: Run, generationId: string) {
  const seat = run.join(generationId);
  if (seat === null) throw new Error('Nobody can join any more.');
  return seat;
}

describe('a run that another process leads', () => {
  afterEach(() => void vi.useRealTimers());

  it('ends here as it does there, and asks no model of its own', async () => {
    const { owner, follower } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    call.say('Starter feed.');
    call.finish();
    expect(await follower.run.ended).toEqual(await owner.run.ended);
    expect(follower.run.isStopped()).toBe(true);
    expect(follower.run.join('generation-2')).toBeNull();
    expect(follower.upstream.calls).toHaveLength(0);
  });

  it('tells when its first text came, unless that was before this process heard of it', async () => {
    const { owner, follower, follow } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    call.say('Starter ');
    await expect.poll(() => follower.run.firstTextMs()).toEqual(expect.any(Number));
    const late = await follow('late');
    call.fail(new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { retryable: true }));
    const next = await owner.upstream.nextCall();
    await expect.poll(() => follower.run.firstTextMs()).toBeNull();
    next.say('Starter feed.');
    await expect.poll(() => late.run.firstTextMs()).toEqual(expect.any(Number));
    next.finish();
    await late.run.ended;
  });

  it('is kept by those who listen here, and stopped when the last of all leaves', async () => {
    const { owner, follower, spec } = await openTwoProcesses({ graceMs: 0 });
    const call = await owner.upstream.nextCall();
    const seat = listen(follower.run, 'generation-2');
    owner.run.seatOf(spec.startedBy.id).leave();
    await new Promise(setImmediate);
    expect(call.signal.aborted).toBe(false);
    seat.leave();
    await call.closed;
    expect(await follower.run.ended).toMatchObject({ status: 'CANCELLED' });
  });

  it('is not stopped when its owner has not heard yet of who listens elsewhere', async () => {
    const { owner, follower, spec, shared } = await openTwoProcesses({ graceMs: 0 });
    const call = await owner.upstream.nextCall();
    const claimed = await shared.peers('follower').leases.claim({
      ...spec,
      startedBy: { ...spec.startedBy, id: 'generation-2' },
    });
    expect(claimed).toEqual({ owned: false, runId: spec.id });
    owner.run.seatOf(spec.startedBy.id).leave();
    await new Promise(setImmediate);
    expect(call.signal.aborted).toBe(false);
    listen(follower.run, 'generation-2').leave();
    await call.closed;
  });

  it('cuts off one generation when this process asks, and goes on for the others', async () => {
    const { owner, follower, events } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    call.say('Starter ');
    listen(follower.run, 'generation-2');
    await follower.run.cancel('generation-2');
    expect(follower.run.cutOf('generation-2').now()).toMatchObject({
      generationId: 'generation-2',
      failure: { code: 'CANCELLED' },
    });
    expect(follower.run.isStopped()).toBe(false);
    call.say('feed.');
    call.finish();
    expect(await follower.run.ended).toMatchObject({ status: 'FINISHED' });
    expect(textOf(await events())).toBe('Starter feed.');
  });

  it('is stopped when this process asks for its last generation', async () => {
    const { owner, follower, spec } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    listen(follower.run, 'generation-2');
    await follower.run.cancel(spec.startedBy.id);
    expect(call.signal.aborted).toBe(false);
    await follower.run.cancel('generation-2');
    await call.closed;
    expect(await follower.run.ended).toMatchObject({ status: 'CANCELLED' });
  });

  it('asks once more when the word was lost', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { owner, follower, spec } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    const { askCancel } = follower.lease;
    const lost = vi.fn();
    follower.lease.askCancel = lost;
    const cancelled = follower.run.cancel(spec.startedBy.id);
    expect(lost).toHaveBeenCalledExactlyOnceWith(spec.startedBy.id);
    follower.lease.askCancel = askCancel;
    await vi.advanceTimersByTimeAsync(1_000);
    await cancelled;
    await call.closed;
  });

  it('waits for nobody whose generation was cut off, although he never leaves', async () => {
    const { owner, follower, spec } = await openTwoProcesses({ graceMs: 0 });
    const call = await owner.upstream.nextCall();
    // As `startGeneration` leaves it: the next listener would take its place.
    listen(follower.run, 'generation-2').handOver();
    await follower.run.cancel('generation-2');
    owner.run.seatOf(spec.startedBy.id).leave();
    await call.closed;
    expect(await follower.run.ended).toMatchObject({ status: 'CANCELLED' });
  });

  it('tells when its log is lost', async () => {
    const { follower } = await openTwoProcesses({
      log: {
        append: async () => {},
        async *read() {},
        lastSeq: async () => Promise.reject(new RunUnknown()),
        giveAway() {},
        held: () => [],
        forget() {},
        async erase() {},
        describe: () => ({ running: 0, ended: 0, bytes: 0, readers: 0 }),
        async [Symbol.asyncDispose]() {},
      },
    });
    await expect(follower.run.ended).rejects.toBeInstanceOf(RunUnknown);
    expect(follower.run.isStopped()).toBe(true);
    await follower.run.cancel('generation-2');
  });
});

describe('a process that ends', () => {
  it('leaves the run that it follows to the one that leads it', async () => {
    const { owner, follower } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    await follower.run.handOver(goodbye, () => true);
    await expect(follower.run.ended).rejects.toBeInstanceOf(HandedOver);
    expect(follower.run.join('generation-2')).toBeNull();
    call.finish();
    expect(await owner.run.ended).toMatchObject({ status: 'FINISHED' });
  });

  it('gives the run that it leads away, and stops its own call', async () => {
    const { owner, follower, events } = await openTwoProcesses();
    const call = await owner.upstream.nextCall();
    call.say('Half');
    await expect.poll(() => follower.run.firstTextMs()).toEqual(expect.any(Number));
    listen(follower.run, 'generation-2');
    const lost = expect(owner.run.ended).rejects.toBeInstanceOf(HandedOver);
    await owner.run.handOver(goodbye, () => true);
    await lost;
    expect(call.signal.aborted).toBe(true);
    const next = await follower.upstream.nextCall();
    next.say('Whole.');
    next.finish();
    expect(await follower.run.ended).toMatchObject({ status: 'FINISHED' });
    expect(textOf(await events())).toBe('Whole.');
  });

  it('leaves a run that it was about to take over to the next process', async () => {
    const { owner, follower, follow, shared, spec } = await openTwoProcesses();
    await owner.upstream.nextCall();
    const other = await follow('other');
    listen(other.run, 'generation-2');
    const { takeOver } = follower.lease;
    const taking = Promise.withResolvers<void>();
    const { promise: mayTake, resolve: letTake } = Promise.withResolvers<void>();
    follower.lease.takeOver = async (afterSeq, reset) => {
      taking.resolve();
      await mayTake;
      return takeOver(afterSeq, reset);
    };
    other.lease.takeOver = async () => null;
    shared.orphan(spec.id);
    await taking.promise;
    const left = follower.run.handOver(goodbye, () => true);
    letTake();
    await left;
    await expect(follower.run.ended).rejects.toBeInstanceOf(HandedOver);
    await new Promise(setImmediate);
    expect(follower.upstream.calls.every(({ signal }) => signal.aborted)).toBe(true);
    expect(shared.tokenOf(spec.id)).toBe(3);
  });
});
