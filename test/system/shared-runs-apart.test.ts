import { describe, it } from 'vitest';
import type { RunSpec } from '../../src/generation/run-spec.ts';
import { collect } from '../support/collect.ts';
import { caller } from '../support/fake-services.ts';
import { listenToGeneration } from '../support/follow.ts';
import { startGateways } from '../support/gateways.ts';
import {
  hear,
  SHORT_LEASE_MS,
  SOON,
  startProcessesAroundRedis,
} from '../support/processes-around-redis.ts';
import { startRedis } from '../support/redis-server.ts';
import { sampleRequest } from '../support/sample-request.ts';
import { sampleRunSpec } from '../support/sample-run-spec.ts';

const patient = new AbortController().signal;
/** After two leases and five seconds a run is given up that is out of reach; and what a busy machine adds. */
const GIVEN_UP_MS = 2 * SHORT_LEASE_MS + 5_000 + 3_000;

const lost = { code: 'UPSTREAM_UNAVAILABLE', retryable: true };

describe.concurrent('a process that loses touch with Redis', () => {
  it('answers by a call of its own what it was about to join', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open();
    const other = await processes.open({
      peers: { timeoutMs: 50 },
      generations: ({ peers: { leases } }) => ({
        leases: {
          ...leases,
          async claim(spec: RunSpec) {
            const claimed = await leases.claim(spec);
            processes.redis.pause();
            return claimed;
          },
        },
      }),
    });
    void one.service.generate(sampleRequest(), caller, patient);
    await one.upstream.nextCall();
    const asked = other.service.generate(sampleRequest(), caller, patient);
    await expect.poll(() => other.upstream.calls.length, SOON).toBe(1);
    const call = await other.upstream.nextCall();
    call.say('Starter feed.');
    call.finish();
    expect(await asked).toMatchObject({ generation: { text: 'Starter feed.' } });
    processes.redis.resume();
  });

  it('stays in no run that it joined without hearing of it', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const graceMs = 200;
    const one = await processes.open({ generations: () => ({ graceMs }) });
    const other = await processes.open({ peers: { timeoutMs: 50 } });
    const leaving = new AbortController();
    hear(one.service.generateStream(sampleRequest(), caller, -1, leaving.signal));
    const call = await one.upstream.nextCall();

    processes.redis.pause();
    void other.service.generate(sampleRequest(), caller, patient);
    await other.upstream.nextCall();
    processes.redis.resume();
    // The claim was carried out before this.
    await other.reconnected();
    leaving.abort();
    await expect.poll(() => call.signal.aborted, SOON).toBe(true);
    expect(other.upstream.calls).toHaveLength(1);
  });

  it('tells one end, retryable, to who resumes a stream', async ({ expect }) => {
    await using gateways = await startGateways({}, startRedis);
    await gateways.redis.kill();
    await using resumed = listenToGeneration(gateways.one, crypto.randomUUID(), 3);
    expect(await resumed.rest()).toMatchObject([
      { __typename: 'GenerationFailed', seq: 4, failure: { ...lost, generation: null } },
    ]);
  });

  it('writes again what goes on, and nothing that it has given up', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open({ peers: { leaseMs: SHORT_LEASE_MS } });
    const other = await processes.open({ peers: { leaseMs: SHORT_LEASE_MS } });
    void one.service.generate(sampleRequest(), caller, patient);
    (await one.upstream.nextCall()).say('Half ');
    const keyed = sampleRequest({ idempotencyKey: 'chicks' });
    const joined = hear(other.service.generateStream(keyed, caller, -1, patient));
    await expect.poll(joined.types, SOON).toEqual(['started', 'delta']);
    // It has one of its own too, that goes on.
    const own = sampleRequest({ prompt: 'What do hens eat?' });
    const started = await other.service.start(own, caller);
    const ownId = started.kind === 'generation' ? started.generation.id : '';
    const lostId = joined.heard[0]?.generationId ?? '';
    const inRedis = async (part: string) =>
      (await processes.keys()).some((key) => key.includes(part));
    expect([await inRedis(ownId), await inRedis(lostId), await inRedis('idempotency')]).toEqual([
      ...[true, true, true],
    ]);

    await processes.redis.kill();
    expect((await joined.all).at(-1)).toMatchObject({ type: 'failed', failure: lost });
    await processes.redis.restart();
    await expect.poll(() => inRedis(ownId), SOON).toBe(true);
    await other.reconnected();
    expect([await inRedis(lostId), await inRedis('idempotency')]).toEqual([false, false]);
  });
});

describe.concurrent('a run of which Redis has no event', () => {
  it('fails by a deadline for who follows it, as one to ask for again', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const { client } = processes;
    const spec = sampleRunSpec();
    const { cacheQuestion, id, startedBy } = spec;
    const state = { token: 1, owner: 'lost', spec: JSON.stringify(spec) };
    await client.hset(`sluice:run:{${cacheQuestion.key}}:${id}:state`, state);
    const record = JSON.stringify(startedBy);
    await client.hset(`sluice:generation:{${startedBy.id}}`, { record });

    const { service, upstream } = await processes.open({ peers: { leaseMs: SHORT_LEASE_MS } });
    const askedAt = performance.now();
    const found = service.find(startedBy.id, caller).catch((error: unknown) => error);
    const heard = await collect(service.resume(startedBy.id, caller, -1, patient));
    expect(heard).toMatchObject([{ type: 'failed', failure: lost }]);
    expect(await found).toMatchObject(lost);
    expect(performance.now() - askedAt).toBeLessThan(GIVEN_UP_MS);
    expect(upstream.calls).toEqual([]);
  });
});

describe.concurrent.each([
  { user: 'speechless', may: ['&*', '-publish'], cannot: 'may not publish' },
  { user: 'deaf', may: ['resetchannels'], cannot: 'has no channel' },
])('processes whose user $cannot', ({ user, may }) => {
  it('share their runs all the same', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    await processes.client.acl('SETUSER', user, 'on', '>pw', '~*', '+@all', ...may);
    const one = await processes.open({ user: `${user}:pw` });
    const other = await processes.open({ user: `${user}:pw` });
    const began = hear(one.service.generateStream(sampleRequest(), caller, -1, patient));
    const call = await one.upstream.nextCall();
    call.say('Starter ');
    const joined = hear(other.service.generateStream(sampleRequest(), caller, -1, patient));
    await expect.poll(joined.types, SOON).toEqual(['started', 'delta']);
    call.say('feed.');
    await expect.poll(joined.types, SOON).toEqual(['started', 'delta', 'delta']);
    call.finish();
    for (const { all } of [began, joined]) {
      expect((await all).at(-1)).toMatchObject({ generation: { text: 'Starter feed.' } });
    }
    expect(other.upstream.calls).toEqual([]);
    for (const { logged } of [one, other]) {
      expect(logged()).not.toContain('redis takes no events: answers go on for this process alone');
    }
  });
});
