import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { GenerationDeps } from '../../../src/generation/create-service.ts';
import type { GenerateResult } from '../../../src/generation/service.ts';
import { collect } from '../../support/collect.ts';
import { caller } from '../../support/fake-services.ts';
import { openGenerations } from '../../support/open-generations.ts';
import { processesInMemory } from '../../support/processes-in-memory.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const patient = new AbortController().signal;
const keyed = sampleRequest({ idempotencyKey: 'k' });
const otherInput = sampleRequest({ idempotencyKey: 'k', prompt: 'What do hens eat?' });
const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', { retryable: true });

function openBoth(changes: Partial<GenerationDeps> = {}) {
  const shared = processesInMemory();
  const open = (processId: string) =>
    openGenerations({ ...shared.peers(processId), log: shared.log, graceMs: 5_000, ...changes });
  return { shared, one: open('one'), other: open('other') };
}

function idOf(result: GenerateResult): string {
  if (result.kind !== 'generation') throw new Error(result.failure.message);
  return result.generation.id;
}

describe('an idempotency key of one process', () => {
  it('begins one generation when it is asked for many times at once', async () => {
    const { service, upstream } = openGenerations({ graceMs: 5_000 });
    const request = sampleRequest({
      idempotencyKey: 'k',
      cache: { ...sampleRequest().cache, mode: 'BYPASS' },
    });
    const asked = [1, 2, 3].map(() => service.start(request, caller));
    expect(new Set((await Promise.all(asked)).map(idOf)).size).toBe(1);
    expect(upstream.calls).toHaveLength(1);
  });
});

describe('an idempotency key that two processes share', () => {
  it('stands for the generation of the one in the other, while it runs and after', async () => {
    const { one, other } = openBoth();
    const id = idOf(await one.service.start(keyed, caller));
    expect(idOf(await other.service.start(keyed, caller))).toBe(id);
    const streamed = collect(other.service.generateStream(keyed, caller, -1, patient));
    const call = await one.upstream.nextCall();
    call.say('Starter feed.');
    call.finish();
    expect((await streamed).at(-1)).toMatchObject({ type: 'finished', generationId: id });
    expect(await other.service.generate(keyed, caller, patient)).toMatchObject({
      generation: { id, text: 'Starter feed.' },
    });
    expect(other.upstream.calls).toHaveLength(0);
    await expect.poll(() => [...one.records, ...other.records]).toHaveLength(1);
  });

  it('begins one generation when both are asked at the same time', async () => {
    const { one, other } = openBoth();
    const asked = [one, other, one].map(({ service }) => service.start(keyed, caller));
    const ids = (await Promise.all(asked)).map(idOf);
    expect(new Set(ids).size).toBe(1);
    expect([...one.upstream.calls, ...other.upstream.calls]).toHaveLength(1);
  });

  it('refuses another input in either', async () => {
    const { one, other } = openBoth();
    await one.service.start(keyed, caller);
    for (const { service } of [one, other]) {
      expect(await service.start(otherInput, caller)).toMatchObject({
        failure: { code: 'IDEMPOTENCY_CONFLICT' },
      });
    }
  });

  it('is free again in both after a failure that may pass', async () => {
    const { one, other } = openBoth();
    const asked = one.service.generate(keyed, caller, patient);
    expect(await other.service.start(keyed, caller)).toMatchObject({ kind: 'generation' });
    for (const _model of ['large', 'small']) (await one.upstream.nextCall()).fail(unavailable);
    expect(await asked).toMatchObject({ failure: { code: 'UPSTREAM_UNAVAILABLE' } });
    const again = other.service.generate(keyed, caller, patient);
    (await other.upstream.nextCall()).finish();
    const { generation } = (await again) as Extract<GenerateResult, { kind: 'generation' }>;
    expect(await one.service.generate(keyed, caller, patient)).toMatchObject({
      generation: { id: generation.id },
    });
    expect(one.upstream.calls).toHaveLength(2);
  });

  it('is freed by a request that could not begin', async () => {
    const { one, other } = openBoth();
    const refused = sampleRequest({ idempotencyKey: 'k', prompt: 'x'.repeat(2_000) });
    expect(await one.service.start(refused, caller)).toMatchObject({
      failure: { code: 'PROMPT_TOO_LONG' },
    });
    expect(await other.service.start(keyed, caller)).toMatchObject({ kind: 'generation' });
  });

  it('waits for a generation that another process is only beginning', async () => {
    const { shared } = openBoth();
    const { records } = shared.peers('slow');
    const { promise: mayFind, resolve: letFind } = Promise.withResolvers<void>();
    const slow = openGenerations({
      ...shared.peers('slow'),
      log: shared.log,
      records: {
        ...records,
        async save(record) {
          await mayFind;
          await records.save(record);
        },
      },
    });
    const other = openGenerations({ ...shared.peers('other'), log: shared.log });
    const begun = slow.service.start(keyed, caller);
    await slow.upstream.nextCall();
    const attached = other.service.start(keyed, caller);
    await new Promise(setImmediate);
    letFind();
    expect(idOf(await attached)).toBe(idOf(await begun));
    expect(other.upstream.calls).toHaveLength(0);
  });

  it('is not freed by a process that has no room to keep the generation any more', async () => {
    const { one, other, shared } = openBoth();
    const small = openGenerations({ ...shared.peers('small'), log: shared.log, keepBytes: 0 });
    const id = idOf(await one.service.start(keyed, caller));
    expect(idOf(await small.service.start(keyed, caller))).toBe(id);
    (await one.upstream.nextCall()).finish();
    await expect.poll(() => [...one.records, ...small.records]).toHaveLength(1);
    expect(idOf(await other.service.start(keyed, caller))).toBe(id);
    expect(other.upstream.calls).toHaveLength(0);
  });
});
