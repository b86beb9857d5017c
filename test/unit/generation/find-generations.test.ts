import { describe, expect, it } from 'vitest';
import type { GenerationDeps } from '../../../src/generation/create-service.ts';
import type { GenerateResult } from '../../../src/generation/service.ts';
import { collect } from '../../support/collect.ts';
import { caller, fakeCache } from '../../support/fake-services.ts';
import { openGenerations } from '../../support/open-generations.ts';
import { processesInMemory } from '../../support/processes-in-memory.ts';
import { sampleEntry } from '../../support/sample-entry.ts';
import { sampleDecision } from '../../support/sample-generation.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const patient = new AbortController().signal;

function openBoth(changes: Partial<GenerationDeps> = {}) {
  const shared = processesInMemory();
  const open = (processId: string) =>
    openGenerations({ ...shared.peers(processId), log: shared.log, ...changes });
  return { shared, one: open('one'), other: open('other') };
}

function idOf(result: GenerateResult): string {
  if (result.kind !== 'generation') throw new Error(result.failure.message);
  return result.generation.id;
}

describe('a generation of another process', () => {
  it('is told of as it is told of there, while it runs and after', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(sampleRequest(), caller));
    const call = await one.upstream.nextCall();
    call.say('Starter ');
    await expect.poll(() => other.service.find(id, caller)).toMatchObject({ text: 'Starter ' });
    expect(await other.service.find(id, caller)).toMatchObject({ id, status: 'RUNNING' });
    const heard = [one, other].map(({ service }) =>
      collect(service.resume(id, caller, -1, patient)),
    );
    call.say('feed.');
    call.finish();
    const [there, here] = await Promise.all(heard);
    expect(here?.map(({ type, seq }) => [type, seq])).toEqual(
      there?.map(({ type, seq }) => [type, seq]),
    );
    expect(await other.service.find(id, caller)).toMatchObject({
      ...(await one.service.find(id, caller)),
      timing: expect.anything(),
    });
    await expect.poll(() => [...one.records, ...other.records]).toHaveLength(1);
  });

  it('is known for its tenant alone', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(sampleRequest(), caller));
    const stranger = { ...caller, tenant: 'globex' };
    expect(await other.service.find(id, stranger)).toBeNull();
    expect(await other.service.cancel(id, stranger)).toBeNull();
    expect(await other.service.find(id, caller)).toMatchObject({ status: 'RUNNING' });
    expect(await other.service.find('nobody', caller)).toBeNull();
  });

  it('is one object here, however many ask for it at once', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(sampleRequest(), caller));
    const asked = [1, 2, 3].map(() => other.service.find(id, caller));
    await Promise.all(asked);
    (await one.upstream.nextCall()).finish();
    await expect.poll(() => [...one.records, ...other.records]).toHaveLength(1);
    await new Promise(setImmediate);
    expect([...one.records, ...other.records]).toHaveLength(1);
  });

  it('does not count as under way here', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(sampleRequest(), caller));
    await other.service.find(id, caller);
    expect(one.service.activity()).toEqual({ generations: 1, subscribers: 0 });
    expect(other.service.activity()).toEqual({ generations: 0, subscribers: 0 });
  });

  it('is cancelled from here for all its listeners', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(sampleRequest(), caller));
    const call = await one.upstream.nextCall();
    const heard = [one, other].map(({ service }) =>
      collect(service.resume(id, caller, -1, patient)),
    );
    await expect.poll(() => other.service.activity()).toMatchObject({ subscribers: 1 });
    expect(await other.service.cancel(id, caller)).toMatchObject({ id, status: 'CANCELLED' });
    for (const events of await Promise.all(heard)) {
      expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { code: 'CANCELLED' } });
    }
    await call.closed;
  });

  it('tells who heard its cut that one again, and nothing of what the others still hear', async () => {
    const { one, other } = openBoth();
    const asked = one.service.generate(sampleRequest(), caller, patient);
    const id = idOf(await one.service.start(sampleRequest(), caller));
    const call = await one.upstream.nextCall();
    call.say('Starter ');
    await expect.poll(() => one.service.find(id, caller)).toMatchObject({ text: 'Starter ' });
    const heard = collect(one.service.resume(id, caller, -1, patient));
    await one.service.cancel(id, caller);
    const last = (await heard).at(-1);
    call.say('feed.');
    call.finish();
    await asked;
    const again = await collect(other.service.resume(id, caller, last?.seq ?? 0, patient));
    expect(again).toMatchObject([
      {
        type: 'failed',
        seq: last?.seq,
        failure: { code: 'CANCELLED', partialText: 'Starter ' },
      },
    ]);
  });

  it('keeps its run when it was started and left, for whoever comes next', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(sampleRequest(), caller));
    const call = await one.upstream.nextCall();
    await other.service.find(id, caller);
    await new Promise(setImmediate);
    expect(call.signal.aborted).toBe(false);
    call.finish();
    expect(await collect(other.service.resume(id, caller, -1, patient))).toMatchObject([
      { type: 'started' },
      { type: 'finished' },
    ]);
  });

  it('that the cache answered is told of as a whole, and reported there', async () => {
    const hit = { hit: true, decision: sampleDecision.cache, entry: sampleEntry() } as const;
    const { one, other } = openBoth({ cache: { ...fakeCache(), lookUp: async () => hit } });
    const answered = await one.service.generate(sampleRequest(), caller, patient);
    const id = idOf(answered);
    expect(await other.service.find(id, caller)).toEqual(await one.service.find(id, caller));
    expect(await collect(other.service.resume(id, caller, -1, patient))).toEqual(
      await collect(one.service.resume(id, caller, -1, patient)),
    );
    await expect.poll(() => one.records).toHaveLength(1);
    expect(other.records).toEqual([]);
  });

  it('whose process was lost is reported by the one that took it over', async () => {
    const { one, other, shared } = openBoth();
    const begun = await one.service.start(sampleRequest(), caller);
    const id = idOf(begun);
    await one.upstream.nextCall();
    const streamed = collect(other.service.resume(id, caller, -1, patient));
    await expect.poll(() => shared.runIds()).toHaveLength(1);
    await expect.poll(() => other.service.activity()).toMatchObject({ subscribers: 1 });
    shared.orphan(shared.runIds()[0] ?? '');
    const call = await other.upstream.nextCall();
    call.say('Starter feed.');
    call.finish();
    expect((await streamed).at(-1)).toMatchObject({
      type: 'finished',
      generation: { id, text: 'Starter feed.' },
    });
    await expect.poll(() => other.records).toMatchObject([{ status: 'FINISHED', model: 'large' }]);
  });
});
