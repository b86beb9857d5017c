import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { fairQueue } from '../../../src/upstream/fair-queue.ts';
import type { Upstream, UpstreamPart } from '../../../src/upstream/port.ts';
import { finished, text } from '../../support/played-upstream.ts';
import { upstreamCall } from '../../support/upstream-call.ts';

const TENANTS = ['a', 'b', 'c'] as const;
type Tenant = (typeof TENANTS)[number];

const aTenant = fc.constantFrom(...TENANTS);
/** The part after which a caller wants no more. */
const aLastPart = fc.constantFrom<UpstreamPart['type']>('finish', 'finish', 'queued', 'sent');
const anEnd = fc.constantFrom<End>('finishes', 'fails', 'isLeft');
const anArrival = fc.record({
  does: fc.constant('ask' as const),
  tenant: aTenant,
  lastPart: aLastPart,
});
const aDeparture = fc.oneof(
  fc.record({ does: fc.constant('end' as const), which: fc.nat(), how: anEnd }),
  fc.record({ does: fc.constant('abort' as const), which: fc.nat() }),
);
const aStep = fc.oneof({ weight: 3, arbitrary: anArrival }, { weight: 2, arbitrary: aDeparture });
const someRoom = fc.record({
  maxConcurrent: fc.integer({ min: 1, max: 3 }),
  maxQueued: fc.integer({ min: 0, max: 8 }),
});

it('keeps places and lines within their bounds, loses nobody, and is fair', async () => {
  const property = fc.asyncProperty(someRoom, fc.array(aStep, { maxLength: 60 }), play);
  await fc.assert(property, { numRuns: 400 });
});

type Room = typeof someRoom extends fc.Arbitrary<infer Value> ? Value : never;
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

async function play({ maxConcurrent, maxQueued }: Room, steps: readonly Step[]) {
  const upstream = heldUpstream();
  const options = { maxConcurrent, maxQueued, timeoutMs: 60_000 };
  const { ask, alive, waiting, throwFault } = callersOf(fairQueue(upstream, options));

  async function arrive(tenant: Tenant, lastPart: UpstreamPart['type']) {
    const line = waiting();
    const isFull = upstream.open() === maxConcurrent && line.length === maxQueued;
    const caller = ask(tenant, lastPart);
    await atRest();
    const sentAway = [...line, caller].filter((waiter) => waiter.sentAway);
    // Who leaves as soon as he waits has not heard of it.
    if (isFull && sentAway.length === 0 && lastPart === 'queued') sentAway.push(caller);
    expect(sentAway).toHaveLength(isFull ? 1 : 0);
    for (const waiter of sentAway) expectRightOne(waiter, line, caller);
  }

  async function take(step: Step) {
    if (step.does === 'ask') await arrive(step.tenant, step.lastPart);
    if (step.does === 'end') upstream.end(step.which, step.how);
    if (step.does === 'abort') pick(alive(), step.which)?.leaving.abort(LEFT);
    await atRest();
    throwFault();
    expect(upstream.open()).toBeLessThanOrEqual(maxConcurrent);
    expect(waiting().length).toBeLessThanOrEqual(maxQueued);
    if (waiting().length > 0) expect(upstream.open(), 'no idle place').toBe(maxConcurrent);
  }

  for (const step of steps) await take(step);
  while (upstream.open() > 0) await take({ does: 'end', which: 0, how: 'finishes' });
  expect(alive(), 'nobody is forgotten').toEqual([]);
  for (let place = 0; place < maxConcurrent; place++) ask('a', 'finish');
  await atRest();
  expect(upstream.open(), 'all places are free again').toBe(maxConcurrent);
}

const LEFT = new Error('left');

type Caller = {
  readonly tenant: Tenant;
  readonly leaving: AbortController;
  waits: boolean;
  sentAway: boolean;
  over: boolean;
};

/** All who ever asked, with what they have seen of the queue. */
function callersOf(queue: Upstream) {
  const callers: Caller[] = [];
  const waiting = () => callers.filter(({ waits }) => waits);
  const shares = watchShares((tenant) => countOf(waiting(), tenant) > 0);
  let fault: unknown = null;

  function ask(tenant: Tenant, lastPart: UpstreamPart['type']): Caller {
    const leaving = new AbortController();
    const caller = { tenant, leaving, waits: false, sentAway: false, over: false };
    callers.push(caller);
    void read(caller, lastPart).catch(noteError).finally(noteEnd);
    return caller;

    function noteError(error: unknown) {
      caller.sentAway = error instanceof GatewayError && error.code === 'RATE_LIMITED';
      if (!(error instanceof GatewayError) && error !== LEFT) fault ??= error;
    }

    function noteEnd() {
      caller.over = true;
      leaveLine(caller);
    }
  }

  async function read(caller: Caller, lastPart: UpstreamPart['type']) {
    const call = upstreamCall({ tenant: caller.tenant });
    for await (const { type } of queue.stream(call, caller.leaving.signal)) {
      if (type === 'queued') caller.waits = true;
      if (type === 'sent') haveTurn(caller);
      if (type === lastPart || type === 'text') return;
    }
  }

  function haveTurn(caller: Caller) {
    const ofTenant = waiting().filter(({ tenant }) => tenant === caller.tenant);
    expect(ofTenant[0], 'first come, first served').toBe(caller);
    shares.give(caller.tenant);
    leaveLine(caller);
  }

  function leaveLine(caller: Caller) {
    caller.waits = false;
    shares.look();
  }

  return {
    ask,
    waiting,
    alive: () => callers.filter(({ over }) => !over),
    /** What one of them was told or found that must not be. */
    throwFault() {
      if (fault !== null) throw fault;
    },
  };
}

/** It is the newest one of a tenant with most in line; one of them who arrives goes first. */
function expectRightOne(sentAway: Caller, line: readonly Caller[], arriving: Caller) {
  const all = [...line, arriving];
  const ofTenant = all.filter(({ tenant }) => tenant === sentAway.tenant);
  expect(sentAway, 'the newest of its tenant').toBe(ofTenant.at(-1));
  for (const tenant of TENANTS) {
    const more = ofTenant.length - countOf(all, tenant);
    const least = sentAway !== arriving && tenant === arriving.tenant ? 1 : 0;
    expect(more, 'of a tenant with most').toBeGreaterThanOrEqual(least);
  }
}

function countOf(line: readonly Caller[], tenant: Tenant): number {
  return line.filter((caller) => caller.tenant === tenant).length;
}

/** Fails when, while two tenants wait without a break, one has two turns more than the other in any stretch. */
function watchShares(waits: (tenant: Tenant) => boolean) {
  const pairs = TENANTS.flatMap((one, index) =>
    TENANTS.slice(index + 1).map((other) => ({ one, other, ahead: 0, least: 0, most: 0 })),
  );
  return {
    /** To be called while whoever has the turn still counts as waiting. */
    give(tenant: Tenant) {
      for (const pair of pairs) {
        if (!waits(pair.one) || !waits(pair.other)) continue;
        if (tenant === pair.one) pair.ahead += 1;
        if (tenant === pair.other) pair.ahead -= 1;
        pair.least = Math.min(pair.least, pair.ahead);
        pair.most = Math.max(pair.most, pair.ahead);
        expect(pair.most - pair.least, 'equal shares').toBeLessThanOrEqual(1);
      }
    },
    /** To be called whenever somebody has left the line. */
    look() {
      for (const pair of pairs) {
        if (!waits(pair.one) || !waits(pair.other))
          Object.assign(pair, { ahead: 0, least: 0, most: 0 });
      }
    },
  };
}

type End = 'finishes' | 'fails' | 'isLeft';

/** Holds each call until it is told how it ends. */
function heldUpstream() {
  const held: PromiseWithResolvers<UpstreamPart>[] = [];
  const upstream: Upstream = {
    name: 'held',
    async *stream(_call, signal) {
      const end = Promise.withResolvers<UpstreamPart>();
      signal.addEventListener('abort', () => end.reject(signal.reason));
      held.push(end);
      try {
        yield await end.promise;
      } finally {
        held.splice(held.indexOf(end), 1);
      }
    },
  };
  return {
    ...upstream,
    open: () => held.length,
    end(which: number, how: End) {
      const call = pick(held, which);
      if (how === 'finishes') call?.resolve(finished);
      if (how === 'fails') call?.reject(new GatewayError('UPSTREAM_REJECTED', 'No.'));
      // Its caller leaves at the first text.
      if (how === 'isLeft') call?.resolve(text('Hi.'));
    },
  };
}

function pick<Item>(items: readonly Item[], which: number): Item | undefined {
  return items[which % items.length];
}

/** Resolves when all that can happen without further ado has happened. */
function atRest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
