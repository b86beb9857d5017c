import { randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import { createSealer } from '../../src/redis/sealing.ts';
import { caller } from '../support/fake-services.ts';
import {
  hear,
  type ProcessesAroundRedis,
  SOON,
  startProcessesAroundRedis,
} from '../support/processes-around-redis.ts';
import { dumpRedis } from '../support/redis-dump.ts';
import { samplePrincipal } from '../support/sample-principal.ts';
import { sampleRequest } from '../support/sample-request.ts';

const patient = new AbortController().signal;
const request = sampleRequest({ prompt: 'What do day-old chicks eat?' });
const SECRETS = ['day-old chicks', 'Starter ', 'crumbs'];
const ALL_OF_ACME = { tenant: 'acme', namespace: null };
const neighbour = samplePrincipal({ tenant: 'globex' });

/** Runs end at once or by force here: no process is told to end them by the word that usually goes round. */
describe.concurrent('erasing what is under way in a process that hears nothing of it', () => {
  it('ends it there, and for all who follow it', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const [one, other, third] = await openThree(processes);
    const began = hear(one.service.generateStream(request, caller, -1, patient));
    const call = await one.upstream.nextCall();
    call.say('Starter ');
    await expect.poll(began.types, SOON).toEqual(['started', 'delta']);
    const joined = hear(other.service.generateStream(request, caller, -1, patient));
    await expect.poll(joined.types, SOON).toEqual(['started', 'delta']);
    const before = await dumpRedis(processes.redis.url);
    expect(before.found(SECRETS)).toEqual(['day-old chicks', 'Starter ']);

    expect(await third.service.erase(ALL_OF_ACME)).toBe(2);
    const after = await dumpRedis(processes.redis.url);
    expect(after.found(SECRETS)).toEqual([]);
    for (const hearing of [began, joined]) {
      expect((await hearing.all).at(-1)).toMatchObject({
        type: 'failed',
        failure: { code: 'CANCELLED', message: 'The generation was erased.' },
      });
    }
    await call.closed;
    expect(call.signal.aborted).toBe(true);
    const [{ generationId = '' } = {}] = began.heard;
    expect(await third.service.find(generationId, caller)).toBeNull();
  });

  it('lets its owner bring nothing back that was cut off from Redis', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const [one, other] = await openThree(processes);
    const began = hear(one.service.generateStream(request, caller, -1, patient));
    const call = await one.upstream.nextCall();
    call.say('Starter ');
    await expect.poll(began.types, SOON).toEqual(['started', 'delta']);
    one.cutOff();
    call.say('crumbs ');
    await expect.poll(began.types, SOON).toHaveLength(3);

    await other.service.erase(ALL_OF_ACME);
    call.say('and water.');
    one.line.accept();
    await one.reconnected();
    await call.closed;
    expect((await began.all).at(-1)).toMatchObject({ type: 'failed' });
    await one.blink();
    expect((await dumpRedis(processes.redis.url)).found(SECRETS)).toEqual([]);
  });

  it('lets its owner bring nothing back that had ended without Redis', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const [one, other] = await openThree(processes);
    const began = hear(one.service.generateStream(request, caller, -1, patient));
    const call = await one.upstream.nextCall();
    call.say('Starter ');
    await expect.poll(began.types, SOON).toEqual(['started', 'delta']);
    one.cutOff();
    call.say('crumbs');
    call.finish();
    expect((await began.all).at(-1)).toMatchObject({ type: 'finished' });
    await other.service.erase(ALL_OF_ACME);
    one.line.accept();
    await one.reconnected();
    await one.blink();
    expect((await dumpRedis(processes.redis.url)).found(SECRETS)).toEqual([]);
  });
});

describe.concurrent('erasing', () => {
  it('cancels what this process gives, at once, and leaves the neighbour’s', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open();
    const asked = hear(one.service.generateStream(request, caller, -1, patient));
    const call = await one.upstream.nextCall();
    const others = hear(one.service.generateStream(request, neighbour, -1, patient));
    const otherCall = await one.upstream.nextCall();
    for (const { say } of [call, otherCall]) say('Starter ');
    for (const { types } of [asked, others]) await expect.poll(types, SOON).toHaveLength(2);

    const erasedAt = performance.now();
    expect(await one.service.erase(ALL_OF_ACME)).toBe(1);
    expect(performance.now() - erasedAt).toBeLessThan(1_000);
    expect((await asked.all).at(-1)).toMatchObject({ failure: { code: 'CANCELLED' } });
    otherCall.say('crumbs');
    otherCall.finish();
    expect((await others.all).at(-1)).toMatchObject({
      generation: { status: 'FINISHED', text: 'Starter crumbs' },
    });
    const left = (await dumpRedis(processes.redis.url)).keysWith('day-old chicks');
    expect(left).toHaveLength(1);
    const [{ generationId = '' } = {}] = others.heard;
    expect(await one.service.find(generationId, neighbour)).toMatchObject({ status: 'FINISHED' });
  });

  it('needs no key to what it erases', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const sealer = () => createSealer([randomBytes(32).toString('base64')]);
    const one = await processes.open({ peers: { sealer: sealer() } });
    const other = await processes.open({ peers: { sealer: sealer() } });
    const asked = one.service.generate(request, caller, patient);
    const call = await one.upstream.nextCall();
    call.say('Starter crumbs');
    call.finish();
    await asked;
    const sealed = await sealedIn(processes);
    expect(sealed).toHaveLength(3);
    expect(await other.service.erase(ALL_OF_ACME)).toBe(1);
    expect(await sealedIn(processes)).toEqual([]);
  });

  it('counts a generation once that was erased while it ended', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const [one, other] = await openThree(processes);
    const asked = one.service.generate(request, caller, patient);
    const call = await one.upstream.nextCall();
    const joined = hear(other.service.generateStream(request, caller, -1, patient));
    await expect.poll(joined.types, SOON).toEqual(['started']);
    await Promise.all([one, other].map(({ service }) => service.erase(ALL_OF_ACME)));
    expect(await asked).toMatchObject({ failure: { code: 'CANCELLED' } });
    await joined.all;
    await call.closed;
    await expect.poll(() => processes.records().length, SOON).toBe(2);
    for (const { status } of processes.records()) expect(status).toBe('CANCELLED');
  });

  it('rejects while Redis is away, and is done when it is called again', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open();
    const asked = one.service.generate(request, caller, patient);
    const call = await one.upstream.nextCall();
    call.say('Starter crumbs');
    call.finish();
    await asked;
    one.cutOff();
    await expect(one.service.erase(ALL_OF_ACME)).rejects.toThrow();
    expect((await dumpRedis(processes.redis.url)).found(SECRETS)).not.toEqual([]);
    one.line.accept();
    await one.reconnected();
    expect(await one.service.erase(ALL_OF_ACME)).toBe(1);
    expect((await dumpRedis(processes.redis.url)).found(SECRETS)).toEqual([]);
  });
});

async function openThree(processes: ProcessesAroundRedis) {
  return [await processes.open(), await processes.open(), await processes.open()] as const;
}

/** The keys in whose values something is sealed. */
async function sealedIn({ client }: ProcessesAroundRedis): Promise<string[]> {
  const found: string[] = [];
  for (const key of await client.keys('sluice:*')) {
    const type = await client.type(key);
    const isSealed =
      (type === 'hash' && (await client.hvals(key)).some((value) => value.length > 200)) ||
      type === 'stream';
    if (isSealed) found.push(key);
  }
  return found;
}
