import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withProgressDeadlines, withTotalDeadline } from '../../../src/upstream/deadlines.ts';
import { collect } from '../../support/collect.ts';
import { startOpenAiCompatible } from '../../support/openai-compatible.ts';
import { finished, playedUpstream, text } from '../../support/played-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../../support/upstream-call.ts';
import { delta, hang, type Script } from '../../support/upstream-script.ts';

describe('progress deadlines', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const deadlines = { firstTokenMs: 1_000, idleMs: 200 };

  it('fail a call whose first token does not come in time', async () => {
    const upstream = playedUpstream(['hang']);
    const outcome = outcomeOf(
      withProgressDeadlines(upstream, deadlines).stream(upstreamCall(), neverAborted()),
    );
    await vi.advanceTimersByTimeAsync(999);
    expect(upstream.open).toBe(1);
    await vi.advanceTimersByTimeAsync(1);

    expect(upstream.open).toBe(0);
    expect((await outcome).error).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      retryable: true,
      message: 'The upstream played sent no first token within 1000 ms.',
    });
  });

  it('fail a call that falls silent, and keep what had come', async () => {
    const upstream = playedUpstream([text('Half'), 'hang']);
    const outcome = outcomeOf(
      withProgressDeadlines(upstream, deadlines).stream(upstreamCall(), neverAborted()),
    );
    await vi.advanceTimersByTimeAsync(200);

    const { parts, error } = await outcome;
    expect(parts).toEqual([text('Half')]);
    expect(error).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: 'The upstream played fell silent for 200 ms.',
    });
  });

  it('take reasoning for a first token', async () => {
    const upstream = playedUpstream([{ type: 'reasoning', text: 'Hm.' }, 'hang']);
    const outcome = outcomeOf(
      withProgressDeadlines(upstream, deadlines).stream(upstreamCall(), neverAborted()),
    );
    await vi.advanceTimersByTimeAsync(200);
    expect((await outcome).error).toMatchObject({ message: expect.stringMatching('fell silent') });
  });

  it('do not count the time in which the caller keeps a part', async () => {
    const upstream = playedUpstream([text('a'), text('b'), finished]);
    const parts = withProgressDeadlines(upstream, deadlines)
      .stream(upstreamCall(), neverAborted())
      [Symbol.asyncIterator]();
    await parts.next();
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await parts.next()).value).toEqual(text('b'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await parts.next()).value).toEqual(finished);
  });

  it('leave no timer behind, however the call ends', async () => {
    const caller = new AbortController();
    const guarded = withProgressDeadlines(
      playedUpstream([text('a'), finished], [new Error('broken')], ['hang']),
      deadlines,
    );
    await collect(guarded.stream(upstreamCall(), caller.signal));
    await outcomeOf(guarded.stream(upstreamCall(), caller.signal));
    const left = outcomeOf(guarded.stream(upstreamCall(), caller.signal));
    caller.abort(new Error('left'));
    expect((await left).error).toMatchObject({ message: 'left' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the total deadline', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fails a call that goes on for too long', async () => {
    const upstream = playedUpstream([text('Half'), 'hang']);
    const outcome = outcomeOf(
      withTotalDeadline(upstream, 5_000).stream(upstreamCall(), neverAborted()),
    );
    await vi.advanceTimersByTimeAsync(5_000);

    expect(upstream.open).toBe(0);
    const { parts, error } = await outcome;
    expect(parts).toEqual([text('Half')]);
    expect(error).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      retryable: true,
      message: 'The upstream played did not finish within 5000 ms.',
    });
  });

  it('leaves no timer and no listener behind', async () => {
    const caller = new AbortController();
    const removed = vi.spyOn(caller.signal, 'removeEventListener');
    const upstream = playedUpstream([text('a'), finished]);
    await collect(withTotalDeadline(upstream, 5_000).stream(upstreamCall(), caller.signal));
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
  });
});

describe('a deadline that expires', () => {
  // The sockets are real; only the deadlines' time is the test's.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it.each<[string, Script, number]>([
    ['before the first token', [hang], 0],
    ['in the middle', [delta('Half'), hang], 1],
  ])('closes the connection %s', async (_when, script, partsRead) => {
    await using test = await startOpenAiCompatible({}, script);
    const guarded = withProgressDeadlines(test.upstream, { firstTokenMs: 1_000, idleMs: 1_000 });
    const parts = guarded.stream(upstreamCall(), neverAborted())[Symbol.asyncIterator]();
    for (let read = 0; read < partsRead; read++) await parts.next();
    const pending = parts.next();
    const call = await test.server.call(0);
    const failed = expect(pending).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await vi.advanceTimersByTimeAsync(1_000);

    await failed;
    expect(await call.closed).toMatchObject({ aborted: true });
  });
});
