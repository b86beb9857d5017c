import { describe, it } from 'vitest';
import { caller } from '../support/fake-services.ts';
import { hear, SOON, startProcessesAroundRedis } from '../support/processes-around-redis.ts';
import { sampleRequest } from '../support/sample-request.ts';

const patient = new AbortController().signal;

describe.concurrent('a process that leaves', () => {
  it('tells what a call took that nobody goes on with, and stops it', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open();
    const other = await processes.open();
    const asked = one.service.generate(sampleRequest(), caller, patient);
    const call = await one.upstream.nextCall();
    call.say('Half ');
    await expect.poll(() => one.log.describe().bytes, SOON).toBeGreaterThan(200);
    await one.service.drain(AbortSignal.timeout(50));

    expect(await asked).toMatchObject({
      failure: { code: 'SHUTTING_DOWN', retryable: true, partialText: 'Half ' },
    });
    await call.closed;
    expect(processes.records()).toMatchObject([
      { failure: 'SHUTTING_DOWN', cacheOutcome: 'MISS', outputTokens: 'Half '.length },
    ]);
    expect(processes.records()[0]?.costUsd).toBeGreaterThan('Half '.length);
    expect(other.upstream.calls).toEqual([]);
  });

  it('hands a stream over to where its listener comes back', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open();
    const other = await processes.open();
    const leaving = new AbortController();
    const left = hear(one.service.generateStream(sampleRequest(), caller, -1, leaving.signal));
    const lost = await one.upstream.nextCall();
    lost.say('Half ');
    await expect.poll(left.types, SOON).toEqual(['started', 'delta']);
    await one.service.drain(AbortSignal.timeout(50));
    await lost.closed;
    leaving.abort();
    expect((await left.all).map(({ type }) => type)).toEqual(['started', 'delta']);

    const [{ generationId } = { generationId: '' }] = left.heard;
    const resumed = hear(other.service.resume(generationId, caller, 1, patient));
    const call = await other.upstream.nextCall();
    call.say('Whole.');
    call.finish();
    const end = (await resumed.all).at(-1);
    expect(resumed.types()).toEqual(['reset', 'delta', 'finished']);
    expect(end).toMatchObject({ generation: { text: 'Whole.' } });
    const usage = end?.type === 'finished' ? end.generation.usage : null;
    await expect
      .poll(() => processes.records(), SOON)
      .toMatchObject([{ status: 'FINISHED', costUsd: usage?.costUsd }]);
    expect(usage?.costUsd).toBeGreaterThan('Half '.length + 10 + 5);
  });
});
