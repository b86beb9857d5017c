import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { resilientUpstream } from '../../../src/upstream/resilience.ts';
import { finished, type Played, playedUpstream, text } from '../../support/played-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../../support/upstream-call.ts';

const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', { retryable: true });

describe('a resilient upstream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gives every try its own time to the first token', async () => {
    const { upstream, outcome } = ask(['hang'], ['hang'], [text('Hi.'), finished]);
    await vi.advanceTimersByTimeAsync(2_400);

    expect((await outcome).error).toBeNull();
    expect(upstream.calls).toHaveLength(3);
  });

  it('spans all tries with the total deadline', async () => {
    const { upstream, outcome } = ask(['hang']);
    await vi.advanceTimersByTimeAsync(2_500);

    expect((await outcome).error).toMatchObject({
      code: 'UPSTREAM_TIMEOUT',
      message: 'The upstream played did not finish within 2500 ms.',
    });
    expect(upstream.calls).toHaveLength(3);
    expect(upstream.open).toBe(0);
  });

  it('spans the waits between tries with the total deadline', async () => {
    const later = { retryable: true, retryAfterMs: 9_000 };
    const { outcome } = ask([new GatewayError('UPSTREAM_RATE_LIMITED', 'Later.', later)]);
    await vi.advanceTimersByTimeAsync(2_500);
    expect((await outcome).error).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  it('does not repeat what the caller has heard', async () => {
    const { upstream, outcome } = ask([text('Half'), 'hang']);
    await vi.advanceTimersByTimeAsync(100);

    expect(await outcome).toMatchObject({
      parts: [text('Half')],
      error: { code: 'UPSTREAM_TIMEOUT', message: expect.stringMatching('fell silent') },
    });
    expect(upstream.calls).toHaveLength(1);
  });

  it('leaves no timer behind', async () => {
    const { outcome } = ask([unavailable], [text('Hi.'), finished]);
    await vi.advanceTimersByTimeAsync(1);
    await outcome;
    expect(vi.getTimerCount()).toBe(0);
  });
});

function ask(...plays: readonly [Played, ...Played[]]) {
  const upstream = playedUpstream(...plays);
  const resilient = resilientUpstream(upstream, {
    firstTokenTimeoutMs: 1_000,
    idleTimeoutMs: 100,
    totalTimeoutMs: 2_500,
    retries: 2,
    random: () => 0,
  });
  return { upstream, outcome: outcomeOf(resilient.stream(upstreamCall(), neverAborted())) };
}
