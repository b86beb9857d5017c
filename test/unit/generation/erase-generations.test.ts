import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { memoryRunLog } from '../../../src/generation/memory-run-log.ts';
import { collect } from '../../support/collect.ts';
import { caller, fakeCache } from '../../support/fake-services.ts';
import { openGenerations } from '../../support/open-generations.ts';
import { sampleEntry } from '../../support/sample-entry.ts';
import { sampleDecision } from '../../support/sample-generation.ts';
import { samplePrincipal } from '../../support/sample-principal.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const patient = new AbortController().signal;
const neighbour = samplePrincipal({ tenant: 'globex' });
const ALL_OF_ACME = { tenant: 'acme', namespace: null };

function requestIn(namespace: string) {
  const request = sampleRequest();
  return { ...request, cache: { ...request.cache, namespace } };
}

function openErasing() {
  const log = memoryRunLog({ maxBytes: 1_000_000, keepMs: 60_000, clock: systemClock });
  const opened = openGenerations({ log, graceMs: 5_000 });

  /** The id of a generation that has ended. */
  async function ended(request = sampleRequest(), by = caller): Promise<string> {
    const asked = opened.service.generate(request, by, patient);
    const call = await opened.upstream.nextCall();
    call.say('Starter crumbs');
    call.finish();
    const result = await asked;
    return result.kind === 'generation' ? result.generation.id : '';
  }

  return { ...opened, log, ended };
}

describe('erasing generations in one process', () => {
  it('forgets those that have ended, and leaves those of others', async () => {
    const { service, log, ended } = openErasing();
    const ids = [await ended(), await ended(requestIn('docs'))];
    const other = await ended(sampleRequest(), neighbour);
    expect(await service.erase(ALL_OF_ACME)).toBe(2);
    for (const id of ids) expect(await service.find(id, caller)).toBeNull();
    expect(await service.find(other, neighbour)).toMatchObject({ text: 'Starter crumbs' });
    expect(log.describe()).toMatchObject({ running: 0, ended: 1 });
    expect(await service.erase(ALL_OF_ACME)).toBe(0);
  });

  it('forgets those of one namespace alone', async () => {
    const { service, ended } = openErasing();
    const [kept, erased] = [await ended(), await ended(requestIn('docs'))];
    expect(await service.erase({ tenant: 'acme', namespace: 'docs' })).toBe(1);
    expect(await service.find(erased, caller)).toBeNull();
    expect(await service.find(kept, caller)).not.toBeNull();
  });

  it('cancels what runs, for all who listen and at the model', async () => {
    const { service, upstream, log, records } = openErasing();
    const streams = [1, 2].map(() =>
      collect(service.generateStream(sampleRequest(), caller, -1, patient)),
    );
    const call = await upstream.nextCall();
    call.say('Starter ');
    await expect.poll(() => service.activity().generations).toBe(2);
    expect(await service.erase(ALL_OF_ACME)).toBe(2);
    for (const events of await Promise.all(streams)) {
      expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { code: 'CANCELLED' } });
    }
    await call.closed;
    expect(log.describe()).toMatchObject({ running: 0, ended: 0, bytes: 0 });
    expect(records.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  it('forgets what was answered from the cache', async () => {
    const hit = { hit: true, decision: sampleDecision.cache, entry: sampleEntry() } as const;
    const { service } = openGenerations({ cache: { ...fakeCache(), lookUp: async () => hit } });
    const result = await service.generate(sampleRequest(), caller, patient);
    const id = result.kind === 'generation' ? result.generation.id : '';
    expect(await service.find(id, caller)).not.toBeNull();
    expect(await service.forget(ALL_OF_ACME)).toEqual([id]);
    expect(await service.find(id, caller)).toBeNull();
  });

  it('does no harm to what begins meanwhile', async () => {
    const { service, upstream, ended } = openErasing();
    const running = service.generate(sampleRequest(), caller, patient);
    await upstream.nextCall();
    const erased = service.erase(ALL_OF_ACME);
    const next = await ended(sampleRequest({ prompt: 'What do hens eat?' }));
    await Promise.all([erased, running]);
    expect(await service.find(next, caller)).toMatchObject({ status: 'FINISHED' });
  });

  it('lets an idempotency key begin anew', async () => {
    const { service, upstream, ended } = openErasing();
    const keyed = sampleRequest({ idempotencyKey: 'chicks' });
    await ended(keyed);
    await service.erase(ALL_OF_ACME);
    await ended(keyed);
    expect(upstream.calls).toHaveLength(2);
  });
});
