import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { GenerationDeps } from '../../../src/generation/create-service.ts';
import { memoryRunLog } from '../../../src/generation/memory-run-log.ts';
import { collect } from '../../support/collect.ts';
import { caller } from '../../support/fake-services.ts';
import { openGenerations } from '../../support/open-generations.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const patient = new AbortController().signal;
const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'Down.', { retryable: true });
const keyed = sampleRequest({ idempotencyKey: 'k' });

function openService(changes: Partial<GenerationDeps> = {}) {
  const opened = openGenerations({ coalesceMs: 1_000, ...changes });

  async function startedId(request = sampleRequest()): Promise<string> {
    const started = await opened.service.start(request, caller);
    if (started.kind !== 'generation') throw new Error(started.failure.message);
    return started.generation.id;
  }

  return { ...opened, startedId };
}

describe('a live generation', () => {
  it('tells its end to who heard it all, although it is not kept for a moment longer', async () => {
    const { service, upstream } = openService({ keepMs: 0 });
    const heard = collect(service.generateStream(sampleRequest(), caller, -1, patient));
    const call = await upstream.nextCall();
    call.say('Starter feed.');
    call.finish();
    expect((await heard).map(({ type }) => type)).toEqual(['started', 'delta', 'finished']);
  });

  it('ends with all that arrived, however often it is cancelled at once', async () => {
    const { service, upstream, startedId } = openService();
    const id = await startedId();
    const call = await upstream.nextCall();
    call.say('Starter ', 'feed.');
    await expect.poll(() => service.find(id, caller)).toMatchObject({ text: 'Starter ' });
    const cancelled = await Promise.all([1, 2, 3].map(() => service.cancel(id, caller)));
    expect(cancelled.map((each) => each?.text)).toEqual(Array(3).fill('Starter feed.'));
  });

  it('counts the call under the model that answered when it was cut off before', async () => {
    const { service, upstream, records, startedId } = openService();
    const id = await startedId();
    await startedId();
    const large = await upstream.nextCall();
    large.say('Mash.');
    await expect.poll(() => service.find(id, caller)).toMatchObject({ text: 'Mash.' });
    await service.cancel(id, caller);
    large.fail(unavailable);
    const small = await upstream.nextCall();
    small.say('Starter feed.');
    small.finish();
    await expect.poll(() => records).toHaveLength(2);
    expect(records.find(({ status }) => status === 'CANCELLED')).toMatchObject({
      model: 'small',
      tier: 'SMALL',
      fallbacks: [{ model: 'large', code: 'UPSTREAM_UNAVAILABLE' }],
    });
  });

  it('fails for all, and is recorded, when the log does not take its end', async () => {
    const log = memoryRunLog({ maxBytes: 1_000_000, keepMs: 60_000, clock: systemClock });
    const { service, upstream, records } = openService({
      log: {
        ...log,
        async append(runId, fencing, events) {
          if (events.at(-1)?.type === 'ended') throw new Error('The log is gone.');
          await log.append(runId, fencing, events);
        },
      },
    });
    const streamed = collect(service.generateStream(sampleRequest(), caller, -1, patient));
    const call = await upstream.nextCall();
    const asked = service.generate(sampleRequest(), caller, patient);
    call.say('Starter feed.');
    call.finish();
    expect((await streamed).at(-1)).toMatchObject({
      type: 'failed',
      failure: { code: 'INTERNAL' },
    });
    expect(await asked).toMatchObject({ failure: { code: 'INTERNAL' } });
    await expect
      .poll(() => records.map(({ failure }) => failure))
      .toEqual(['INTERNAL', 'INTERNAL']);
    expect(service.activity()).toEqual({ generations: 0, subscribers: 0 });
    await service.drain(patient);
  });
});

describe('an idempotency key', () => {
  it('stands no more for a generation that is being stopped for want of listeners', async () => {
    const { service, upstream } = openService();
    const leaving = new AbortController();
    const left = service.generate(keyed, caller, leaving.signal);
    const abandoned = await upstream.nextCall();
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    expect(abandoned.signal.aborted).toBe(true);
    const again = service.generate(keyed, caller, patient);
    (await upstream.nextCall()).finish();
    expect(await again).toMatchObject({ kind: 'generation' });
  });

  it('is kept when the log cannot be asked, rather than pay twice', async () => {
    const log = memoryRunLog({ maxBytes: 1_000_000, keepMs: 60_000, clock: systemClock });
    let hangs = false;
    const { service, upstream } = openService({
      log: {
        ...log,
        async lastSeq(runId) {
          if (hangs) throw new Error('No answer in time.');
          return log.lastSeq(runId);
        },
      },
    });
    const asked = service.generate(keyed, caller, patient);
    const call = await upstream.nextCall();
    hangs = true;
    expect(await service.start(keyed, caller)).toMatchObject({ failure: { code: 'INTERNAL' } });
    call.finish();
    await asked;
    expect(upstream.calls).toHaveLength(1);
  });
});
