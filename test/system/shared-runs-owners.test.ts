import { setTimeout as passed } from 'node:timers/promises';
import { describe, it } from 'vitest';
import { caller } from '../support/fake-services.ts';
import {
  hear,
  type ProcessAroundRedis,
  SHORT_LEASE_MS,
  SOON,
  startProcessesAroundRedis,
} from '../support/processes-around-redis.ts';
import { sampleRequest } from '../support/sample-request.ts';

const patient = new AbortController().signal;
const brief = { peers: { leaseMs: SHORT_LEASE_MS } };

/** Begins an answer that nobody waits for, and says a first word. */
async function beginHalf({ service, upstream }: ProcessAroundRedis) {
  const started = await service.start(sampleRequest(), caller);
  if (started.kind === 'failure') throw new Error(started.failure.message);
  const call = await upstream.nextCall();
  call.say('Half ');
  return { id: started.generation.id, call };
}

function resume({ service }: ProcessAroundRedis, id: string) {
  return hear(service.resume(id, caller, -1, patient));
}

function stream({ service }: ProcessAroundRedis) {
  return hear(service.generateStream(sampleRequest(), caller, -1, patient));
}

function toldBy({ records }: ProcessAroundRedis) {
  return records.map(({ cacheOutcome }) => cacheOutcome).sort();
}

describe.concurrent('a run that one process took over from another', () => {
  it('ends for all when the new owner loses Redis before its first word', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open(brief);
    const others = [await processes.open(brief), await processes.open(brief)];
    const { id } = await beginHalf(one);
    const heard = others.map((other) => resume(other, id));
    for (const { types } of heard) await expect.poll(types, SOON).toEqual(['started', 'delta']);

    one.cutOff();
    const { owner, call } = await Promise.race(
      others.map(async (other) => ({ owner: other, call: await other.upstream.nextCall() })),
    );
    owner.line.cut('RST');
    call.say('Whole.');
    call.finish();
    for (const { all } of heard) {
      expect((await all).at(-1)).toMatchObject({
        type: 'finished',
        generation: { text: 'Whole.' },
      });
    }
  });

  it('is reported once, with all that it took, however little Redis tells', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const { client } = processes;
    await client.acl('SETUSER', 'other', 'on', '>pw', '~*', '&*', '+@all');
    const one = await processes.open(brief);
    const other = await processes.open({ ...brief, user: 'other:pw' });
    const began = stream(one);
    (await one.upstream.nextCall()).say('Half ');
    const joined = stream(other);
    await expect.poll(joined.types, SOON).toEqual(['started', 'delta']);

    // From now on it cannot read of the generation that began the run.
    await client.acl('SETUSER', 'other', '-hget');
    one.cutOff();
    const call = await other.upstream.nextCall();
    call.say('Whole.');
    call.finish();
    expect((await joined.all).at(-1)).toMatchObject({ generation: { text: 'Whole.' } });
    await expect.poll(() => toldBy(other), SOON).toEqual(['JOINED', 'MISS']);
    // Nor does who is back tell of it again.
    one.line.accept();
    const end = (await began.all).at(-1);
    await one.reconnected();
    expect([toldBy(one), toldBy(other)]).toEqual([[], ['JOINED', 'MISS']]);
    const usage = end?.type === 'finished' ? end.generation.usage : null;
    const paid = other.records.find(({ cacheOutcome }) => cacheOutcome === 'MISS');
    expect(paid).toMatchObject({ costUsd: usage?.costUsd });
    // The prompt twice, "Half " by its length, and what the second model says it took.
    expect(usage?.costUsd).toBeGreaterThan('Half '.length + 10 + 5);
  });

  it('is one again for its first owner, who heard of it while away', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open({ ...brief, hearsAlways: true });
    const other = await processes.open(brief);
    const began = stream(one);
    const lost = await one.upstream.nextCall();
    lost.say('Half ');
    const joined = stream(other);
    await expect.poll(joined.types, SOON).toEqual(['started', 'delta']);

    one.cutOff();
    const call = await other.upstream.nextCall();
    call.say('Whole.');
    one.line.accept();
    await lost.closed;
    await expect.poll(began.types, SOON).toEqual(['started', 'delta', 'reset', 'delta']);
    call.finish();
    for (const { all } of [began, joined]) {
      expect((await all).at(-1)).toMatchObject({
        type: 'finished',
        generation: { text: 'Whole.' },
      });
    }
  });

  it('is written by the owner whom Redis names, of two with one token', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const { client } = processes;
    const one = await processes.open(brief);
    const forgotten = await processes.open(brief);
    const named = await processes.open(brief);
    const { id } = await beginHalf(one);
    const there = resume(forgotten, id);
    await expect.poll(there.types, SOON).toEqual(['started', 'delta']);
    one.cutOff();
    const keys = (await processes.keys()).filter((key) => key.includes(':run:'));
    const before = await Promise.all(keys.map((key) => client.dumpBuffer(key)));
    const lost = await forgotten.upstream.nextCall();
    // As a replica that was promoted before it had heard of the take-over.
    await Promise.all(keys.map((key, at) => client.restore(key, 0, before[at] ?? '', 'REPLACE')));

    const here = resume(named, id);
    const call = await named.upstream.nextCall();
    lost.say('Refused.');
    lost.finish();
    await lost.closed;
    call.say('Whole.');
    call.finish();
    for (const { all } of [there, here]) {
      expect((await all).at(-1)).toMatchObject({
        type: 'finished',
        generation: { text: 'Whole.' },
      });
    }
    const log = keys.find((key) => key.endsWith(':events')) ?? '';
    expect(JSON.stringify(await client.xrange(log, '-', '+'))).not.toContain('Refused.');
  });
});

describe.concurrent('a run whose owner lives', () => {
  it('stays with it while Redis takes nothing, and after', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const { client } = processes;
    const one = await processes.open(brief);
    const others = await Promise.all([1, 2, 3].map(() => processes.open(brief)));
    const { id, call } = await beginHalf(one);
    const heard = [one, ...others].map((each) => resume(each, id));
    for (const { types } of heard) await expect.poll(types, SOON).toEqual(['started', 'delta']);
    for (let time = 0; time < 3; time += 1) {
      await client.config('SET', 'maxmemory', '1');
      // No lease can be held up so long, and afterwards there is time to take over.
      await passed(2 * SHORT_LEASE_MS);
      await client.config('SET', 'maxmemory', '0');
      await passed(2 * SHORT_LEASE_MS);
    }
    call.say('feed.');
    call.finish();
    for (const { all } of heard) {
      expect((await all).at(-1)).toMatchObject({ generation: { text: 'Half feed.' } });
    }
    expect([one, ...others].map(({ upstream }) => upstream.calls.length)).toEqual([1, 0, 0, 0]);
  });
});
