import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { watchHealth } from '../../../src/upstream/health.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { finished, type Played, playedUpstream, text } from '../../support/played-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../../support/upstream-call.ts';

const answer: Played = [text('Hi.'), finished];
const failure: Played = [
  new GatewayError('UPSTREAM_UNAVAILABLE', 'It is down.', { retryable: true }),
];
const rejection: Played = [new GatewayError('UPSTREAM_REJECTED', 'No.')];

describe('the health of a model', () => {
  it('is OK before anything was asked', () => {
    const { watched } = watch(answer);
    expect(watched.health(['m'])).toEqual([
      { name: 'upstream:m', status: 'OK', latencyMs: null, detail: null },
    ]);
    expect(watched.available('m')).toBe(true);
  });

  it('is DEGRADED after a failure, and says which', async () => {
    const { watched, ask } = watch(failure);
    await ask();
    expect(watched.health(['m'])[0]).toMatchObject({
      status: 'DEGRADED',
      detail: 'The last call failed. It is down.',
    });
    expect(watched.available('m')).toBe(true);
  });

  it('is UNAVAILABLE after the third failure in a row', async () => {
    const { watched, ask } = watch(failure);
    for (let call = 0; call < 3; call++) await ask();
    expect(watched.health(['m'])[0]).toMatchObject({
      status: 'UNAVAILABLE',
      detail: 'The last 3 calls failed. It is down.',
    });
    expect(watched.available('m')).toBe(false);
  });

  it('is OK again after a success', async () => {
    const { watched, ask } = watch(failure, failure, failure, answer);
    for (let call = 0; call < 4; call++) await ask();
    expect(watched.health(['m'])[0]).toMatchObject({ status: 'OK', detail: null });
  });

  it('is OK again when 60 seconds passed, and UNAVAILABLE at once if it fails again', async () => {
    const { watched, ask, clock } = watch(failure);
    for (let call = 0; call < 3; call++) await ask();
    clock.advance(59_999);
    expect(watched.available('m')).toBe(false);
    clock.advance(1);
    expect(watched.available('m')).toBe(true);
    expect(watched.health(['m'])[0]).toMatchObject({ status: 'OK', detail: null });
    await ask();
    expect(watched.available('m')).toBe(false);
  });

  it('does not suffer from requests that were at fault themselves', async () => {
    const { watched, ask } = watch(rejection);
    for (let call = 0; call < 3; call++) await ask();
    expect(watched.health(['m'])[0]).toMatchObject({ status: 'OK' });
  });

  it('does not suffer from callers that left', async () => {
    const { watched, ask } = watch(['hang']);
    for (let call = 0; call < 3; call++) {
      const caller = new AbortController();
      const left = ask('m', caller.signal);
      caller.abort(new GatewayError('UPSTREAM_TIMEOUT', 'Left.', { retryable: true }));
      await left;
    }
    expect(watched.health(['m'])[0]).toMatchObject({ status: 'OK' });
  });

  it('is each model’s own', async () => {
    const { watched, ask } = watch(failure);
    await ask('a');
    expect(watched.health(['a', 'b']).map(({ name, status }) => [name, status])).toEqual([
      ['upstream:a', 'DEGRADED'],
      ['upstream:b', 'OK'],
    ]);
  });

  it('tells how long the last first part took', async () => {
    const { watched, clock } = watch(answer);
    const parts = watched.upstream.stream(upstreamCall({ model: 'm' }), neverAborted());
    const first = parts[Symbol.asyncIterator]().next();
    clock.advance(120);
    await first;
    expect(watched.health(['m'])[0]).toMatchObject({ latencyMs: 120 });
  });

  it('carries a note as long as there is nothing worse to say', async () => {
    const clock = fakeClock();
    const watched = watchHealth(playedUpstream(failure), clock, 'No real model.');
    expect(watched.health(['m'])[0]).toMatchObject({ status: 'OK', detail: 'No real model.' });
    await outcomeOf(watched.upstream.stream(upstreamCall({ model: 'm' }), neverAborted()));
    expect(watched.health(['m'])[0]?.detail).toMatch('It is down.');
  });
});

describe('a watched upstream', () => {
  it('passes on parts and errors as they are', async () => {
    const { ask } = watch(answer, failure);
    expect(await ask()).toEqual({ parts: answer, error: null });
    expect(await ask()).toEqual({ parts: [], error: failure[0] });
  });
});

function watch(...plays: readonly [Played, ...Played[]]) {
  const clock = fakeClock();
  const watched = watchHealth(playedUpstream(...plays), clock);
  return {
    clock,
    watched,
    ask: (model = 'm', signal = neverAborted()) =>
      outcomeOf(watched.upstream.stream(upstreamCall({ model }), signal)),
  };
}
