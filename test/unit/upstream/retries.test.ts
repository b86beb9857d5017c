import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { withRetries } from '../../../src/upstream/retries.ts';
import { finished, type Played, playedUpstream, text } from '../../support/played-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../../support/upstream-call.ts';

const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', { retryable: true });
const rejected = new GatewayError('UPSTREAM_REJECTED', 'No.');
const failed = { type: 'failed', failure: 'UPSTREAM_UNAVAILABLE' };
const sent = { type: 'sent' };
const answer: Played = [text('Hi.'), finished];

describe('retries', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('send a call again that failed before its first part', async () => {
    const { upstream, outcome } = ask({ retries: 2 }, [unavailable], [unavailable], answer);
    await vi.runAllTimersAsync();

    expect(await outcome).toEqual({
      parts: [failed, sent, failed, sent, ...answer],
      error: null,
    });
    expect(upstream.calls).toHaveLength(3);
  });

  it('give up with the last error', async () => {
    const last = new GatewayError('UPSTREAM_RATE_LIMITED', 'Slow down.', { retryable: true });
    const { upstream, outcome } = ask({ retries: 1 }, [unavailable], [last], answer);
    await vi.runAllTimersAsync();

    expect(await outcome).toEqual({ parts: [failed, sent], error: last });
    expect(upstream.calls).toHaveLength(2);
  });

  it.each<[string, Played, number]>([
    ['after the first part', [text('Half'), unavailable], 2],
    ['for a failure that is not retryable', [rejected], 2],
    ['for an error nobody foresaw', [new Error('bug')], 2],
    ['when there are none', [unavailable], 0],
  ])('are not made %s', async (_when, play, retries) => {
    const { upstream, outcome } = ask({ retries }, play, answer);
    await vi.runAllTimersAsync();

    expect((await outcome).error).toBe(play.at(-1));
    expect(upstream.calls).toHaveLength(1);
  });

  it('wait for a random share of a time that doubles', async () => {
    const { upstream, outcome } = ask({ retries: 9, random: () => 1 }, [unavailable]);
    for (const backoff of [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000]) {
      const before = upstream.calls.length;
      await vi.advanceTimersByTimeAsync(backoff - 1);
      expect(upstream.calls).toHaveLength(before);
      await vi.advanceTimersByTimeAsync(1);
      expect(upstream.calls).toHaveLength(before + 1);
    }
    await vi.runAllTimersAsync();
    await outcome;
  });

  it('wait for as long as the upstream asked for', async () => {
    const { upstream, outcome } = ask({ retries: 1 }, [retryAfter(10_000)], answer);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(upstream.calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect((await outcome).parts.slice(2)).toEqual(answer);
  });

  it('are left to the caller when the upstream asks for more patience', async () => {
    const { upstream, outcome } = ask({ retries: 1 }, [retryAfter(10_001)], answer);
    expect((await outcome).error).toMatchObject({ retryable: true, retryAfterMs: 10_001 });
    expect(upstream.calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are not made for a caller who left, whatever he left with', async () => {
    const leaving = new AbortController();
    const { upstream, outcome } = ask({ retries: 2, signal: leaving.signal }, ['hang']);
    await vi.advanceTimersByTimeAsync(1);
    leaving.abort(unavailable);

    expect(await outcome).toEqual({ parts: [], error: unavailable });
    expect(upstream.calls).toHaveLength(1);
  });

  it('end at once when the caller leaves during a wait', async () => {
    const caller = new AbortController();
    const { outcome, upstream } = ask({ retries: 1, signal: caller.signal }, [retryAfter(5_000)]);
    await vi.advanceTimersByTimeAsync(1);
    const reason = new Error('left');
    caller.abort(reason);

    expect((await outcome).error).toBe(reason);
    expect(upstream.calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

function ask(
  options: { retries: number; random?: () => number; signal?: AbortSignal },
  ...plays: readonly [Played, ...Played[]]
) {
  const { retries, random = () => 0, signal = neverAborted() } = options;
  const upstream = playedUpstream(...plays);
  const outcome = outcomeOf(
    withRetries(upstream, { retries, random }).stream(upstreamCall(), signal),
  );
  return { upstream, outcome };
}

function retryAfter(retryAfterMs: number): GatewayError {
  return new GatewayError('UPSTREAM_RATE_LIMITED', 'Later.', { retryable: true, retryAfterMs });
}
