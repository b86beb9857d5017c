import { describe, it } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import type { GenerationTiming } from '../../src/generation/generation.ts';
import type { GenerateResult } from '../../src/generation/service.ts';
import { caller, fakeCache } from '../support/fake-services.ts';
import { hear, SOON, startProcessesAroundRedis } from '../support/processes-around-redis.ts';
import { sampleEntry } from '../support/sample-entry.ts';
import { sampleDecision } from '../support/sample-generation.ts';
import { sampleRequest } from '../support/sample-request.ts';

const patient = new AbortController().signal;

describe.concurrent('what processes share', () => {
  it('holds the key of a cached answer as long as that is known', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const keepMs = 500;
    const hit = { hit: true, decision: sampleDecision.cache, entry: sampleEntry() } as const;
    const cache = { ...fakeCache(), lookUp: async () => hit };
    const options = { peers: { keepMs }, generations: () => ({ cache, keepMs }) };
    const one = await processes.open(options);
    const other = await processes.open(options);
    const keyed = sampleRequest({ idempotencyKey: 'chicks' });
    const first = await one.service.generate(keyed, caller, patient);

    const key = async () => (await processes.keys()).find((name) => name.includes('idempotency'));
    const name = (await key()) ?? '';
    await expect.poll(() => processes.client.pttl(name)).toBeLessThanOrEqual(keepMs);
    expect(idOf(await one.service.generate(keyed, caller, patient))).toBe(idOf(first));
    await expect.poll(key).toBeUndefined();
    const askedAt = performance.now();
    const again = await other.service.generate(keyed, caller, patient);
    // Whoever looked for what is gone would wait for it for seconds.
    expect(performance.now() - askedAt).toBeLessThan(1_000);
    expect(idOf(again)).not.toBe(idOf(first));
  });

  it('holds nothing of a run that there is no room for', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const { service, upstream, log, blink } = await processes.open({
      peers: { maxBytes: 100 },
    });
    const keyed = sampleRequest({ idempotencyKey: 'chicks' });
    expect(await service.generate(keyed, caller, patient)).toMatchObject({
      failure: { code: 'RATE_LIMITED', retryable: true },
    });
    expect(await processes.keys()).toEqual([]);
    expect(upstream.calls).toEqual([]);
    expect(log.describe()).toMatchObject({ running: 0, bytes: 0 });
    expect(service.activity()).toEqual({ generations: 0, subscribers: 0 });
    // Nor does the process write again what it would have lost.
    await blink();
    expect(await processes.keys()).toEqual([]);
  });

  it('tells of no time below none where clocks differ', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const one = await processes.open();
    const asked = one.service.generate(sampleRequest(), caller, patient);
    const call = await one.upstream.nextCall();
    const others = await Promise.all(
      [-60_000, 60_000].map((offset) => {
        const clock = { ...systemClock, now: () => systemClock.now() + offset };
        return processes.open({ peers: { clock } });
      }),
    );
    const joined = others.map(({ service }) => hear(service.generateStream(...joining())));
    for (const { types } of joined) await expect.poll(types, SOON).toEqual(['started']);
    call.say('Starter ');
    for (const { types } of joined) await expect.poll(types, SOON).toEqual(['started', 'delta']);
    const ids = joined.map(({ heard }) => heard[0]?.generationId ?? '');
    const halfway = await Promise.all(
      ids.flatMap((id) => others.map(({ service }) => service.find(id, caller))),
    );
    call.finish();
    const ended = await Promise.all(ids.map((id, at) => others[at]?.service.find(id, caller)));
    await asked;
    await expect.poll(() => processes.records().length).toBe(3);

    for (const generation of [...halfway, ...ended]) expect(least(generation)).toBe(0);
    for (const record of processes.records()) expect(least({ timing: record })).toBe(0);

    function joining() {
      return [sampleRequest(), caller, -1, patient] as const;
    }
  });
});

function idOf(result: GenerateResult): string | undefined {
  return result.kind === 'generation' ? result.generation.id : undefined;
}

/** The shortest of what a generation took; 0 when all are 0 or more. */
function least(generation: { readonly timing: GenerationTiming } | null | undefined) {
  if (generation == null) return undefined;
  const { firstTokenMs, totalMs, upstreamMs, overheadMs } = generation.timing;
  return Math.min(0, firstTokenMs ?? 0, totalMs, upstreamMs, overheadMs);
}
