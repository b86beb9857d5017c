import { afterEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { textOf } from '../../support/open-run.ts';
import type { PuppetCall } from '../../support/puppet-upstream.ts';
import { openTwoProcesses } from '../../support/two-processes.ts';

const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { retryable: true });
const goodbye = new GatewayError('SHUTTING_DOWN', 'Bye.', { retryable: true });

/** The owner has said something of an answer that somebody in the other process waits for. */
async function openHalfAnswered(...args: Parameters<typeof openTwoProcesses>) {
  const opened = await openTwoProcesses(...args);
  const { owner, follower } = opened;
  const seat = follower.run.join('generation-2');
  if (seat === null) throw new Error('Nobody can join any more.');
  const call = await owner.upstream.nextCall();
  call.say('Half');
  await expect.poll(() => follower.run.firstTextMs()).toEqual(expect.any(Number));
  return { ...opened, seat, call };
}

describe('a run whose owner is lost', () => {
  afterEach(() => void vi.useRealTimers());

  it('begins anew in a process that follows it', async () => {
    const { shared, spec, follower, events } = await openHalfAnswered();
    shared.orphan(spec.id);
    const call = await follower.upstream.nextCall();
    expect(call.call).toMatchObject({ ...spec.question.call, model: 'large-model' });
    await expect.poll(() => follower.run.firstTextMs()).toBeNull();
    call.say('Whole.');
    call.finish();
    expect(await follower.run.ended).toMatchObject({ status: 'FINISHED', fallbacks: [] });
    const told = await events();
    expect(told.map(({ type }) => type)).toEqual(['started', 'text', 'reset', 'text', 'ended']);
    expect(told[2]).toMatchObject({ model: 'large-model', cause: 'takeOver' });
    expect(textOf(told)).toBe('Whole.');
    expect(follower.answers).toMatchObject([{ text: 'Whole.' }]);
    expect(follower.takenOver).toEqual([spec]);
    expect(follower.logs).toMatchObject([{ level: 'warn', runId: spec.id }]);
  });

  it('is charged with what was lost as well', async () => {
    const { shared, spec, follower } = await openHalfAnswered();
    shared.orphan(spec.id);
    (await follower.upstream.nextCall()).finish();
    expect(await follower.run.ended).toMatchObject({
      usage: { inputTokens: 7 + 10, outputTokens: 4 + 5, source: 'ESTIMATED' },
      servedUsage: { inputTokens: 10, outputTokens: 5 },
      costUsd: expect.closeTo((7 + 2 * 4 + 10 + 2 * 5) / 1_000_000),
    });
  });

  it('goes on with the model that was asked, and those after it', async () => {
    const { owner, shared, spec, follower, call } = await openHalfAnswered();
    call.fail(unavailable);
    await owner.upstream.nextCall();
    await expect.poll(() => follower.run.firstTextMs()).toBeNull();
    shared.orphan(spec.id);
    const next = await follower.upstream.nextCall();
    expect(next.call.model).toBe('small-model');
    next.fail(unavailable);
    expect(await follower.run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'UPSTREAM_UNAVAILABLE' },
      fallbacks: [{ model: 'large-model', code: 'UPSTREAM_UNAVAILABLE' }],
    });
    expect(follower.upstream.calls).toHaveLength(1);
  });

  it('is taken over by one process alone, and the others follow that one', async () => {
    const { shared, spec, follower, follow } = await openHalfAnswered();
    const other = await follow('other');
    shared.orphan(spec.id);
    const leading = await Promise.race([follower.upstream.nextCall(), other.upstream.nextCall()]);
    leading.finish();
    expect(await other.run.ended).toEqual(await follower.run.ended);
    expect([...follower.upstream.calls, ...other.upstream.calls]).toHaveLength(1);
  });

  it('belongs to an owner that was late no more: that one follows, and stops its call', async () => {
    const { owner, shared, spec, follower, call } = await openHalfAnswered();
    shared.orphan(spec.id);
    const next = await follower.upstream.nextCall();
    await sayTooLate(call);
    next.say('Whole.');
    await expect.poll(() => owner.run.firstTextMs()).toEqual(expect.any(Number));
    expect(owner.run.isStopped()).toBe(false);
    next.finish();
    expect(await owner.run.ended).toEqual(await follower.run.ended);
    expect(owner.answers).toMatchObject([{ end: { status: 'CANCELLED' } }]);
  });

  it('is kept by those who listen at the owner that was late', async () => {
    const { owner, shared, spec, follower, seat, call } = await openHalfAnswered({ graceMs: 0 });
    shared.orphan(spec.id);
    const next = await follower.upstream.nextCall();
    await sayTooLate(call);
    await expect.poll(() => shared.listening(spec.id).get('owner')).toEqual([spec.startedBy.id]);
    seat.leave();
    await new Promise(setImmediate);
    expect(next.signal.aborted).toBe(false);
    owner.run.seatOf(spec.startedBy.id).leave();
    await next.closed;
    expect(await owner.run.ended).toMatchObject({ status: 'CANCELLED' });
  });

  it('ends as cancelled, and asks no model, when nobody wants it any more', async () => {
    const { shared, spec, follower, seat } = await openHalfAnswered({ graceMs: 0 });
    seat.leave();
    shared.orphan(spec.id);
    expect(await follower.run.ended).toMatchObject({
      status: 'CANCELLED',
      failure: { code: 'CANCELLED', retryable: true },
      usage: { inputTokens: 7, outputTokens: 4 },
    });
    expect(follower.upstream.calls).toHaveLength(0);
  });

  it('goes on when those who want it listen in a third process', async () => {
    const { shared, spec, follower, follow, seat } = await openHalfAnswered({ graceMs: 0 });
    const third = await follow('third');
    third.run.join('generation-3');
    third.lease.takeOver = async () => null;
    seat.leave();
    shared.orphan(spec.id);
    (await follower.upstream.nextCall()).finish();
    expect(await third.run.ended).toMatchObject({ status: 'FINISHED' });
  });

  it('is still cancelled for whoever asked while nobody led it', async () => {
    const { shared, spec, follower } = await openHalfAnswered();
    follower.lease.askCancel = () => {};
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const cancelled = follower.run.cancel('generation-2');
    shared.orphan(spec.id);
    const call = await follower.upstream.nextCall();
    await vi.advanceTimersByTimeAsync(1_000);
    await cancelled;
    await call.closed;
    expect(await follower.run.ended).toMatchObject({ status: 'CANCELLED' });
  });

  it('ends with the last of its generations, although others were cut off before', async () => {
    const { owner, shared, spec, follower } = await openHalfAnswered();
    await owner.run.cancel(spec.startedBy.id);
    await expect.poll(() => follower.run.cutOf(spec.startedBy.id).now()).not.toBeNull();
    shared.orphan(spec.id);
    const call = await follower.upstream.nextCall();
    await expect.poll(() => follower.takenOver).toHaveLength(1);
    // As it is done for who reports the generation that began the run.
    follower.run.seatOf(spec.startedBy.id);
    await follower.run.cancel('generation-2');
    await call.closed;
    expect(await follower.run.ended).toMatchObject({ status: 'CANCELLED' });
  });

  it('asks no fifth owner: the question may be what the others were lost for', async () => {
    const { shared, spec, follower, follow, events } = await openHalfAnswered();
    let next = follower;
    for (const after of ['third', 'fourth', 'fifth']) {
      shared.orphan(spec.id);
      await next.upstream.nextCall();
      next = await follow(after);
    }
    shared.orphan(spec.id);
    expect(await next.run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'INTERNAL', retryable: false },
    });
    expect(next.upstream.calls).toHaveLength(0);
    expect((await events()).filter(({ type }) => type === 'reset')).toHaveLength(4);
  });
});

describe('a run that one process after another gives away', () => {
  it('goes on however often that was: none of them was lost', async () => {
    const { owner, follower, follow } = await openHalfAnswered();
    let leading: { run: typeof owner.run } = owner;
    let next = follower;
    for (let times = 1; times <= 5; times += 1) {
      next.run.join('generation-2');
      await leading.run.handOver(goodbye, () => true);
      await next.upstream.nextCall();
      leading = next;
      next = await follow(`process-${times}`);
    }
    next.run.join('generation-2');
    await leading.run.handOver(goodbye, () => true);
    (await next.upstream.nextCall()).finish();
    expect(await next.run.ended).toMatchObject({ status: 'FINISHED' });
  });
});

/** The model of an owner that was lost goes on, and the log refuses what it says. */
async function sayTooLate(call: PuppetCall) {
  for (const text of ['Late', 'r.']) {
    call.say(text);
    await new Promise(setImmediate);
  }
  await call.closed;
}
