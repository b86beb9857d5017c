import { describe, expect, it } from 'vitest';
import type { KeyedQuestion } from '../../../src/cache/port.ts';
import { memoryRatings } from '../../../src/generation/memory-ratings.ts';
import { collect } from '../../support/collect.ts';
import { caller, fakeCache } from '../../support/fake-services.ts';
import { openGenerations } from '../../support/open-generations.ts';
import { processesInMemory } from '../../support/processes-in-memory.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const patient = new AbortController().signal;
const bypass = { ...sampleRequest().cache, mode: 'BYPASS' } as const;

type OpenGenerations = ReturnType<typeof openGenerations>;

function openService() {
  const lookUp = Promise.withResolvers<void>();
  const cache = {
    ...fakeCache(),
    async lookUp(question: KeyedQuestion) {
      await lookUp.promise;
      return fakeCache().lookUp(question);
    },
  };
  return { ...openGenerations({ cache }), releaseLookUps: lookUp.resolve };
}

describe('the generation service', () => {
  it('reports each request once, when it has ended', async () => {
    const { service, upstream, records, releaseLookUps } = openService();
    releaseLookUps();
    const asked = service.generate(sampleRequest(), caller, patient);
    const call = await upstream.nextCall();
    call.say('Starter feed.');
    expect(records).toEqual([]);
    call.finish();
    expect(await asked).toMatchObject({
      generation: { text: 'Starter feed.', status: 'FINISHED' },
    });
    await expect
      .poll(() => records)
      .toMatchObject([{ tenant: 'acme', status: 'FINISHED', model: 'large' }]);
  });

  it('throws what the caller left with, and reports the request as cancelled', async () => {
    const { service, upstream, records, releaseLookUps } = openService();
    releaseLookUps();
    const leaving = new AbortController();
    const asked = service.generate(sampleRequest(), caller, leaving.signal);
    const call = await upstream.nextCall();
    leaving.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    await call.closed;
    await expect.poll(() => records).toMatchObject([{ status: 'CANCELLED', failure: 'CANCELLED' }]);
  });

  it('knows a generation for its tenant alone', async () => {
    const { service, upstream, releaseLookUps } = openService();
    releaseLookUps();
    const started = await service.start(sampleRequest(), caller);
    if (started.kind !== 'generation') throw new Error(started.failure.message);
    const { id } = started.generation;
    const stranger = { ...caller, tenant: 'globex' };
    expect(await service.find(id, stranger)).toBeNull();
    expect(await service.cancel(id, stranger)).toBeNull();
    expect(await collect(service.resume(id, stranger, -1, patient))).toMatchObject([
      { type: 'failed', seq: 0, failure: { code: 'NOT_FOUND' } },
    ]);
    expect(await service.find(id, caller)).toMatchObject({ id, status: 'RUNNING' });
    (await upstream.nextCall()).finish();
  });

  it('keeps the idempotency keys of tenants and of users apart', async () => {
    const { service, upstream, releaseLookUps } = openService();
    releaseLookUps();
    const request = sampleRequest({ idempotencyKey: 'k', cache: bypass });
    const callers = [caller, { ...caller, user: 'ann' }, { ...caller, tenant: 'globex' }];
    const started = await Promise.all(callers.map((each) => service.start(request, each)));
    const ids = started.map((result) => result.kind === 'generation' && result.generation.id);
    expect(new Set(ids).size).toBe(3);
    for (const call of upstream.calls) call.finish();
  });

  it('waits in a drain for what was started, although nobody listens', async () => {
    const { service, upstream, records, releaseLookUps } = openService();
    releaseLookUps();
    await service.start(sampleRequest(), caller);
    const drained = service.drain(patient);
    (await upstream.nextCall()).finish();
    await drained;
    expect(records).toMatchObject([{ status: 'FINISHED' }]);
  });

  it('forgets the rating of a generation with the generation', async () => {
    const forgotten: string[] = [];
    const ratings = { ...memoryRatings(), forget: (id: string) => void forgotten.push(id) };
    const { service, upstream } = openGenerations({ ratings, keepMs: 0 });
    const ids: string[] = [];
    for (const prompt of ['One?', 'Two?']) {
      const asked = service.generate(sampleRequest({ prompt }), caller, patient);
      (await upstream.nextCall()).finish();
      const result = await asked;
      if (result.kind === 'generation') ids.push(result.generation.id);
    }
    await expect.poll(() => forgotten).toEqual(expect.arrayContaining(ids.slice(0, 1)));
  });

  it('refuses what comes while it drains, and waits for what runs', async () => {
    const { service, upstream, releaseLookUps } = openService();
    releaseLookUps();
    const asked = service.generate(sampleRequest(), caller, patient);
    const call = await upstream.nextCall();
    const drained = service.drain(patient);
    expect(await service.generate(sampleRequest(), caller, patient)).toMatchObject({
      failure: { code: 'SHUTTING_DOWN', retryable: true },
    });
    call.finish();
    expect(await asked).toMatchObject({ kind: 'generation' });
    await drained;
  });

  it('stops a run that begins after the drain’s deadline, since its look-up took longer', async () => {
    const { service, upstream, releaseLookUps } = openService();
    const asked = service.generate(sampleRequest(), caller, patient);
    const drained = service.drain(AbortSignal.abort());
    // The deadline is over and the runs were stopped before the look-up answers.
    await new Promise(setImmediate);
    releaseLookUps();
    expect(await asked).toMatchObject({ failure: { code: 'SHUTTING_DOWN' } });
    await drained;
    expect(service.activity()).toEqual({ generations: 0, subscribers: 0 });
    for (const call of upstream.calls) expect(call.signal.aborted).toBe(true);
  });

  it('leaves to other processes, in a drain, what it cannot finish', async () => {
    const shared = processesInMemory();
    const [ending, other] = ['ending', 'other'].map((processId) =>
      openGenerations({ ...shared.peers(processId), log: shared.log, graceMs: 5_000 }),
    ) as [OpenGenerations, OpenGenerations];
    const closing = new AbortController();
    const stream = ending.service
      .generateStream(sampleRequest(), caller, -1, closing.signal)
      [Symbol.asyncIterator]();
    const { value: started } = await stream.next();
    const asked = ending.service.generate(sampleRequest(), caller, patient);
    const call = await ending.upstream.nextCall();
    call.say('Half');
    expect(await stream.next()).toMatchObject({ value: { type: 'delta', seq: 1 } });
    const untold = stream.next();
    await ending.service.drain(AbortSignal.abort());
    await call.closed;
    expect(await asked).toMatchObject({ failure: { code: 'SHUTTING_DOWN', retryable: true } });
    // The connection closes with the process; the client comes back to another one.
    closing.abort();
    expect(await untold).toMatchObject({ done: true });
    const back = collect(other.service.resume(started?.generationId, caller, 1, patient));
    const next = await other.upstream.nextCall();
    next.say('Whole.');
    next.finish();
    expect((await back).map(({ type }) => type)).toEqual(['reset', 'delta', 'finished']);
    await expect.poll(() => other.records).toMatchObject([{ status: 'FINISHED' }]);
    expect(ending.records).toEqual([]);
  });
});
