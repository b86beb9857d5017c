import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { type FailureCode, GatewayError } from '../../../src/domain/errors.ts';
import type { Question } from '../../../src/generation/ask.ts';
import { memoryRunLog } from '../../../src/generation/memory-run-log.ts';
import type { RunDeps } from '../../../src/generation/run.ts';
import type { RunEvent } from '../../../src/generation/run-log.ts';
import { collect } from '../../support/collect.ts';
import { claimAndStart, openRunDeps, textOf } from '../../support/open-run.ts';
import { sampleRunSpec } from '../../support/sample-run-spec.ts';

const generationId = sampleRunSpec().startedBy.id;

function openRun(changes: Partial<RunDeps> = {}, questionChanges: Partial<Question> = {}) {
  const opened = openRunDeps(changes);
  const spec = sampleRunSpec({ question: { ...sampleRunSpec().question, ...questionChanges } });
  return {
    ...opened,
    spec,
    start: () => claimAndStart(opened.deps, undefined, spec),
    events: () => opened.events(spec.id),
  };
}

const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { retryable: true });
const rejected = new GatewayError('UPSTREAM_REJECTED', 'no such parameter');

describe('a run', () => {
  it('writes what the model says and ends with the usage it reported', async () => {
    const { upstream, start, events } = openRun();
    const run = await start();
    const call = await upstream.nextCall();
    call.say('Starter ', 'feed.');
    call.finish({ model: 'large-model-2026' });
    const end = await run.ended;
    expect(end).toMatchObject({
      status: 'FINISHED',
      finishReason: 'STOP',
      model: 'large-model-2026',
      servedModel: 'large-model',
      usage: { inputTokens: 10, outputTokens: 5, source: 'PROVIDER' },
      costUsd: 20 / 1_000_000,
      fallbacks: [],
    });
    const written = await events();
    expect(written.filter(({ type }) => type === 'ended')).toHaveLength(1);
    expect(textOf(written)).toBe('Starter feed.');
  });

  it('tells of its answer before listeners hear of the end', async () => {
    let logged: readonly RunEvent[] = [];
    const { upstream, deps, start } = openRun({
      beforeEnd: async ({ id }) => {
        const leaving = new AbortController();
        const reading = collect(deps.log.read(id, -1, leaving.signal));
        await Promise.resolve();
        leaving.abort();
        logged = await reading;
      },
    });
    const run = await start();
    (await upstream.nextCall()).finish();
    await run.ended;
    expect(logged.some(({ type }) => type === 'ended')).toBe(false);
  });

  it('estimates the usage when the provider does not say', async () => {
    const { upstream, start } = openRun();
    const run = await start();
    const call = await upstream.nextCall();
    call.think('12');
    call.say('345');
    call.finish({ usage: null });
    expect((await run.ended).usage).toEqual({
      inputTokens: 7,
      outputTokens: 5,
      source: 'ESTIMATED',
    });
  });

  it('lets the next candidate take over after a retryable failure, and adds up both calls', async () => {
    const { upstream, start, events } = openRun();
    const run = await start();
    const first = await upstream.nextCall();
    first.say('half');
    first.fail(unavailable);
    const second = await upstream.nextCall();
    expect(second.call.model).toBe('small-model');
    second.say('whole');
    second.finish();
    const end = await run.ended;
    expect(end).toMatchObject({
      status: 'FINISHED',
      servedModel: 'small-model',
      fallbacks: [{ model: 'large-model', code: 'UPSTREAM_UNAVAILABLE' }],
      usage: { inputTokens: 17, outputTokens: 9, source: 'ESTIMATED' },
      servedUsage: { inputTokens: 10, outputTokens: 5, source: 'PROVIDER' },
    });
    const written = await events();
    const reset = written.findIndex(({ type }) => type === 'reset');
    expect(textOf(written.slice(reset))).toBe('whole');
    expect(written[reset + 1]).toMatchObject({ offset: 0 });
  });

  it('still ends when the log has no room for the reset', async () => {
    const log = memoryRunLog({ maxBytes: 500, keepMs: 60_000, clock: systemClock });
    const { upstream, start } = openRun({ log });
    const run = await start();
    const call = await upstream.nextCall();
    call.say('x'.repeat(100));
    call.fail(unavailable);
    expect(await run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'RATE_LIMITED', retryable: true },
    });
    expect(log.describe()).toMatchObject({ running: 0, ended: 1 });
    expect(upstream.calls).toHaveLength(1);
  });

  it('does not pass off as finished what the log had no room for', async () => {
    const log = memoryRunLog({ maxBytes: 600, keepMs: 60_000, clock: systemClock });
    const { upstream, start } = openRun(
      { log, coalesceMs: 60_000 },
      { candidates: [{ model: 'large-model', tier: 'LARGE' }] },
    );
    const run = await start();
    const call = await upstream.nextCall();
    call.say('first');
    call.say('x'.repeat(300));
    call.finish();
    expect(await run.ended).toMatchObject({ status: 'FAILED', finishReason: null });
  });

  it('ends even when something of its own is broken, and logs what', async () => {
    const { upstream, logs, events, start } = openRun({
      priceOf: () => {
        throw new TypeError('no table');
      },
    });
    const run = await start();
    (await upstream.nextCall()).finish();
    expect(await run.ended).toMatchObject({ status: 'FAILED', failure: { code: 'INTERNAL' } });
    expect((await events()).at(-1)?.type).toBe('ended');
    expect(logs).toHaveLength(1);
  });

  it('asks no other model after a failure that asking again would not mend', async () => {
    const { upstream, start } = openRun();
    const run = await start();
    (await upstream.nextCall()).fail(rejected);
    expect(await run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'UPSTREAM_REJECTED', retryable: false },
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd: 0,
      model: null,
      servedModel: null,
    });
    expect(upstream.calls).toHaveLength(1);
  });

  it('charges what arrived when it fails half way', async () => {
    const { upstream, start } = openRun(
      {},
      { candidates: [{ model: 'large-model', tier: 'LARGE' }] },
    );
    const run = await start();
    const call = await upstream.nextCall();
    call.say('12345');
    call.fail(unavailable);
    expect(await run.ended).toMatchObject({
      status: 'FAILED',
      usage: { inputTokens: 7, outputTokens: 5, source: 'ESTIMATED' },
      costUsd: 17 / 1_000_000,
    });
  });

  it('does not know the cost of a model without a price', async () => {
    const { upstream, start } = openRun({}, { candidates: [{ model: 'unpriced', tier: null }] });
    const run = await start();
    (await upstream.nextCall()).finish();
    expect((await run.ended).costUsd).toBeNull();
  });

  it('stops an answer that grows past its bound', async () => {
    const { upstream, start } = openRun({ maxAnswerBytes: 100 });
    const run = await start();
    const call = await upstream.nextCall();
    call.say('a'.repeat(60));
    await call.closed;
    expect(await run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'UPSTREAM_PROTOCOL', retryable: false },
    });
  });

  it('ends at once when its process does and is alone, and the upstream sees the abort', async () => {
    const { upstream, start, events } = openRun();
    const run = await start();
    const call = await upstream.nextCall();
    call.say('half');
    void run.handOver(new GatewayError('SHUTTING_DOWN', 'bye', { retryable: true }), () => true);
    await call.closed;
    expect(call.signal.aborted).toBe(true);
    expect(await run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'SHUTTING_DOWN', retryable: true },
    });
    expect((await events()).at(-1)?.type).toBe('ended');
    expect(upstream.calls).toHaveLength(1);
  });
});

describe('the accounts of a run', () => {
  it('count the prompt of a call that timed out and was sent again', async () => {
    const { upstream, start } = openRun();
    const run = await start();
    const call = await upstream.nextCall();
    call.failTry('UPSTREAM_UNAVAILABLE');
    call.resend();
    call.failTry('UPSTREAM_TIMEOUT');
    call.resend();
    call.say('Starter feed.');
    call.finish();
    expect(await run.ended).toMatchObject({
      usage: { inputTokens: 7 + 10, outputTokens: 5, source: 'ESTIMATED' },
      servedUsage: { inputTokens: 10, outputTokens: 5, source: 'PROVIDER' },
    });
  });
});

describe('a run that is stopped while its call waits to be sent again', () => {
  it.each<[FailureCode, number]>([
    ['UPSTREAM_UNAVAILABLE', 0],
    ['UPSTREAM_TIMEOUT', 7],
  ])('is charged with what failed with %s: %i tokens', async (failure, inputTokens) => {
    const { upstream, start } = openRun();
    const run = await start();
    (await upstream.nextCall()).failTry(failure);
    await new Promise(setImmediate);
    await run.cancel(generationId);
    expect((await run.ended).usage).toMatchObject({ inputTokens, outputTokens: 0 });
  });
});

describe('a run without listeners', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('goes on for the grace period, then is stopped and ends as cancelled', async () => {
    const { upstream, start } = openRun();
    const run = await start();
    const seat = run.seatOf(generationId);
    const call = await upstream.nextCall();
    seat.leave();
    await vi.advanceTimersByTimeAsync(4_999);
    expect(call.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(call.signal.aborted).toBe(true);
    expect(await run.ended).toMatchObject({
      status: 'CANCELLED',
      failure: { code: 'CANCELLED' },
      usage: { inputTokens: 7, outputTokens: 0, source: 'ESTIMATED' },
    });
  });

  it('is stopped at once when there is no grace', async () => {
    const { upstream, start } = openRun({ graceMs: 0 });
    const run = await start();
    const seat = run.seatOf(generationId);
    const call = await upstream.nextCall();
    seat.leave();
    await call.closed;
    expect(call.signal.aborted).toBe(true);
    await run.ended;
  });

  it('goes on when somebody joins within the grace period', async () => {
    const { upstream, start } = openRun();
    const run = await start();
    const seat = run.seatOf(generationId);
    const call = await upstream.nextCall();
    seat.leave();
    await vi.advanceTimersByTimeAsync(3_000);
    const other = run.join('generation-2');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(call.signal.aborted).toBe(false);
    call.finish();
    expect((await run.ended).status).toBe('FINISHED');
    other?.leave();
    expect(vi.getTimerCount()).toBe(0);
  });
});
