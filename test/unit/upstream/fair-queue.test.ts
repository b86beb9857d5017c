import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { type FairQueueOptions, fairQueue } from '../../../src/upstream/fair-queue.ts';
import type { UpstreamPart } from '../../../src/upstream/port.ts';
import { type PuppetCall, puppetUpstream } from '../../support/puppet-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../../support/upstream-call.ts';

const queued: UpstreamPart = { type: 'queued' };
const sent: UpstreamPart = { type: 'sent' };
const text: UpstreamPart = { type: 'text', text: 'Hi.' };

/** A queue before a puppet with room for one call, unless told otherwise. A call is named by its model. */
function openQueue(options: Partial<FairQueueOptions> = {}) {
  const puppet = puppetUpstream();
  const queue = fairQueue(puppet, {
    maxConcurrent: 1,
    maxQueued: 10_000,
    timeoutMs: 10_000,
    ...options,
  });
  const stream = (tenant: string, name: string, signal = neverAborted()) =>
    queue.stream(upstreamCall({ tenant, model: name }), signal);
  return {
    stream,
    ask: (tenant: string, name: string, signal?: AbortSignal) =>
      outcomeOf(stream(tenant, name, signal)),
    nextCall: puppet.nextCall,
    /** The names of all calls so far, in the order in which they were sent. */
    sent: () => puppet.calls.map(({ call }) => call.model),
  };
}

/** Resolves when all that can happen without further ado has happened. */
function atRest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a call for which there is room', () => {
  it('goes through as if there were no queue', async () => {
    const { ask, nextCall } = openQueue({ maxConcurrent: 2 });
    const outcomes = [ask('acme', 'one'), ask('acme', 'other')];
    for (const call of [await nextCall(), await nextCall()]) {
      call.say('Hi.');
      call.finish();
    }
    for (const { parts, error } of await Promise.all(outcomes)) {
      expect(parts).toEqual([text, expect.objectContaining({ type: 'finish' })]);
      expect(error).toBeNull();
    }
  });
});

describe('a call for which there is no room', () => {
  it('says that it waits, and that it is sent', async () => {
    const { ask, stream, nextCall } = openQueue();
    void ask('acme', 'first');
    const parts = stream('acme', 'second')[Symbol.asyncIterator]();
    expect((await parts.next()).value).toEqual(queued);
    const pending = parts.next();
    (await nextCall()).finish();
    expect((await pending).value).toEqual(sent);
    const answer = parts.next();
    (await nextCall()).say('Hi.');
    expect((await answer).value).toEqual(text);
  });

  it.each<[string, (call: PuppetCall, caller: AbortController) => void]>([
    ['ends', (call) => call.finish()],
    ['fails', (call) => call.fail(new GatewayError('UPSTREAM_TIMEOUT', 'Late.'))],
    ['is aborted', (_call, caller) => caller.abort(new Error('left'))],
    ['is left before its end', (call) => call.say('enough')],
  ])('has the place of one that %s, before any that comes later', async (_how, end) => {
    const { ask, stream, nextCall, sent } = openQueue();
    const caller = new AbortController();
    const first = readUntilEnough(stream('acme', 'first', caller.signal));
    void ask('acme', 'second');
    const call = await nextCall();
    end(call, caller);
    await first;
    void ask('acme', 'third');
    (await nextCall()).finish();
    await nextCall();
    expect(sent()).toEqual(['first', 'second', 'third']);
  });

  it('leaves the line as soon as it is aborted, and was never sent', async () => {
    const { ask, nextCall, sent } = openQueue();
    const [caller, reason] = [new AbortController(), new Error('left')];
    const removed = vi.spyOn(caller.signal, 'removeEventListener');
    void ask('acme', 'first');
    const second = ask('acme', 'second', caller.signal);
    void ask('acme', 'third');
    const call = await nextCall();
    caller.abort(reason);
    expect(await second).toEqual({ parts: [queued], error: reason });
    expect(removed).toHaveBeenCalledOnce();
    call.finish();
    await nextCall();
    expect(sent()).toEqual(['first', 'third']);
  });

  it('leaves the line when its caller wants no more of it', async () => {
    const { ask, stream, nextCall, sent } = openQueue({ maxQueued: 1 });
    void ask('acme', 'first');
    for await (const part of stream('acme', 'second')) {
      expect(part).toEqual(queued);
      break;
    }
    // It would be sent away if the other one stood in line still.
    const third = ask('acme', 'third');
    (await nextCall()).finish();
    (await nextCall()).finish();
    expect((await third).error).toBeNull();
    expect(sent()).toEqual(['first', 'third']);
  });

  it.each<[string, (parts: AsyncIterator<UpstreamPart>, caller: AbortController) => unknown]>([
    ['leaves', (parts) => parts.return?.()],
    ['is aborted', (parts, caller) => [caller.abort(), parts.next().catch(() => {})]],
  ])('passes its place on when its caller %s before he saw that it had come', async (_how, end) => {
    const { ask, stream, nextCall, sent } = openQueue();
    const caller = new AbortController();
    void ask('acme', 'first');
    const parts = stream('acme', 'second', caller.signal)[Symbol.asyncIterator]();
    await parts.next();
    void ask('acme', 'third');
    (await nextCall()).finish();
    await atRest();
    expect(sent()).toEqual(['first']);
    end(parts, caller);
    await nextCall();
    expect(sent()).toEqual(['first', 'third']);
  });

  it('does not wait when it was aborted before it began', async () => {
    const { ask, nextCall, sent } = openQueue();
    const reason = new Error('left before');
    void ask('acme', 'first');
    const second = ask('acme', 'second', AbortSignal.abort(reason));
    expect(await second).toEqual({ parts: [], error: reason });
    void ask('acme', 'third');
    (await nextCall()).finish();
    await nextCall();
    expect(sent()).toEqual(['first', 'third']);
  });
});

describe('a call that waits too long', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('fails: the gateway is busy, and may be less so in a while', async () => {
    const { ask, nextCall, sent } = openQueue({ timeoutMs: 500 });
    void ask('acme', 'first');
    const second = ask('acme', 'second');
    await vi.advanceTimersByTimeAsync(499);
    void ask('acme', 'third');
    await vi.advanceTimersByTimeAsync(1);
    const { parts, error } = await second;
    expect(parts).toEqual([queued]);
    expect(error).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'The gateway is busy: no turn came within 500 ms.',
      retryable: true,
      retryAfterMs: 1_000,
    });
    (await nextCall()).finish();
    await nextCall();
    expect(sent()).toEqual(['first', 'third']);
  });

  it('may take any time once its turn has come', async () => {
    const { ask, nextCall } = openQueue({ timeoutMs: 500 });
    void ask('acme', 'first');
    const second = ask('acme', 'second');
    (await nextCall()).finish();
    const call = await nextCall();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(60_000);
    call.finish();
    expect((await second).error).toBeNull();
  });
});

describe('a line that is full', () => {
  const full = {
    code: 'RATE_LIMITED',
    message: 'The gateway is busy: too many calls wait already.',
    retryable: true,
    retryAfterMs: 1_000,
  };

  it('sends away the newest call of the tenant that waits with most', async () => {
    const { ask, nextCall, sent } = openQueue({ maxQueued: 2 });
    void ask('busy', 'first');
    const [second, third] = [ask('busy', 'second'), ask('busy', 'third')];
    const fourth = ask('quiet', 'fourth');
    expect(await third).toEqual({ parts: [queued], error: expect.objectContaining(full) });
    // Now both wait with one, and who asks for more is sent away himself.
    expect((await ask('busy', 'fifth')).error).toMatchObject(full);
    expect((await ask('quiet', 'sixth')).error).toMatchObject(full);
    for (let ended = 0; ended < 3; ended++) (await nextCall()).finish();
    expect([(await second).error, (await fourth).error]).toEqual([null, null]);
    expect(sent()).toEqual(['first', 'second', 'fourth']);
  });

  it('sends everybody away when none may wait', async () => {
    const { ask, nextCall } = openQueue({ maxQueued: 0 });
    const first = ask('acme', 'first');
    expect((await ask('quiet', 'second')).error).toMatchObject(full);
    (await nextCall()).finish();
    expect((await first).error).toBeNull();
  });
});

describe('a tenant', () => {
  it('with 1,000 calls keeps another waiting for one of them', async () => {
    const { ask, nextCall, sent } = openQueue();
    for (let call = 1; call <= 1_000; call++) void ask('busy', `busy ${call}`);
    for (let call = 1; call <= 3; call++) void ask('quiet', `quiet ${call}`);
    for (let ended = 0; ended < 6; ended++) (await nextCall()).finish();
    await nextCall();
    expect(sent()).toEqual([
      'busy 1',
      'busy 2',
      'quiet 1',
      'busy 3',
      'quiet 2',
      'busy 4',
      'quiet 3',
    ]);
  });
});

/** As a caller does who leaves at the first word that is enough. Keeps what was thrown to itself. */
async function readUntilEnough(parts: AsyncIterable<UpstreamPart>): Promise<void> {
  try {
    for await (const part of parts) {
      if (part.type === 'text' && part.text === 'enough') return;
    }
  } catch {
    // The test is about who comes next.
  }
}
