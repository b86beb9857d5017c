import { randomBytes } from 'node:crypto';
import { describe, it } from 'vitest';
import type { Environment } from '../../src/config/environment.ts';
import { createSealer } from '../../src/redis/sealing.ts';
import { askForAnswer, findGeneration, startGeneration } from '../support/ask.ts';
import { caller } from '../support/fake-services.ts';
import { listenToGeneration } from '../support/follow.ts';
import { type Gateway, startGatewayBefore } from '../support/gateway.ts';
import { type GatewayProcesses, spawnGateways } from '../support/gateway-processes.ts';
import { hear, hearFirstWord } from '../support/hearing.ts';
import { heldAnswer } from '../support/held-answer.ts';
import {
  hear as listen,
  SHORT_LEASE_MS,
  startProcessesAroundRedis,
  SOON as WITHIN,
} from '../support/processes-around-redis.ts';
import { dumpRedis } from '../support/redis-dump.ts';
import { startRedis } from '../support/redis-server.ts';
import { sampleRequest } from '../support/sample-request.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { say } from '../support/upstream-script.ts';

const input = {
  prompt: 'What do day-old chicks eat?',
  system: 'Answer like a farmer.',
  history: [
    { role: 'USER', content: 'May I ask something?' },
    { role: 'ASSISTANT', content: 'Of course you may.' },
  ],
  stop: ['END OF ADVICE'],
};
const REASONING = 'Newly hatched birds need protein.';
const WHOLE = 'Starter feed, and nothing else.';
/** Of what was asked, thought and answered, each where it was written as a whole. */
const SECRETS = ['day-old chicks', 'farmer', 'ask something', 'you may', 'END OF ADVICE'];
const patient = new AbortController().signal;
const ANSWERS = ['Starter ', REASONING, WHOLE];

function newKey(): string {
  return randomBytes(32).toString('hex');
}

/** Asks in every way in which something gets to Redis; resolves to what Redis holds of it. */
async function tellEverything({ one, other, upstream, redis }: GatewayProcesses) {
  upstream.answers(heldAnswer().script, say(WHOLE, { reasoning: REASONING }));
  await using began = await hearFirstWord(one, input);
  await using joined = await hearFirstWord(other, input);
  const underWay = await dumpRedis(redis.url);
  one.child.kill('SIGKILL');
  const texts = [await joined.toEnd()];

  const [{ generationId = '', seq = -1 } = {}] = began.heard.slice(-1);
  await using resumed = hear(listenToGeneration(other, generationId, seq), began.heard);
  texts.push(await resumed.toEnd());
  const cached = await askForAnswer(other, input);
  texts.push(cached.text, (await findGeneration(other, generationId))?.text ?? '');
  return {
    texts,
    outcome: cached.decision.cache.outcome,
    underWay,
    ended: await dumpRedis(redis.url),
  };
}

describe.concurrent('two processes around one Redis', () => {
  it('leave nothing to read there when they have a key', async ({ expect }) => {
    await using processes = await spawnGateways({ ENCRYPTION_KEY: newKey() });
    const { texts, outcome, underWay, ended } = await tellEverything(processes);
    expect(texts).toEqual([WHOLE, WHOLE, WHOLE, WHOLE]);
    expect(outcome).toBe('EXACT');
    expect(processes.upstream.calls).toHaveLength(2);
    expect(underWay.keys.length).toBeGreaterThan(5);
    expect(underWay.found([...SECRETS, ...ANSWERS])).toEqual([]);
    expect(ended.found([...SECRETS, ...ANSWERS])).toEqual([]);
  });

  it('leave all of it there when they have none', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { texts, underWay, ended } = await tellEverything(processes);
    expect(texts).toEqual([WHOLE, WHOLE, WHOLE, WHOLE]);
    expect(underWay.found([...SECRETS, ...ANSWERS])).toEqual([...SECRETS, 'Starter ']);
    expect(ended.found([...SECRETS, ...ANSWERS])).toEqual([...SECRETS, ...ANSWERS]);
    for (const kind of ['cache:', ':events', ':state', 'generation:']) {
      expect([kind, ended.keysWith('day-old chicks').concat(ended.keysWith(WHOLE))]).toEqual([
        kind,
        expect.arrayContaining([expect.stringContaining(kind)]),
      ]);
    }
  });
});

describe('a process that takes over a run', () => {
  it('seals how it did that for all who have the key', async ({ expect }) => {
    await using processes = await startProcessesAroundRedis();
    const sealer = createSealer([randomBytes(32).toString('base64')]);
    const open = () => processes.open({ peers: { sealer, leaseMs: SHORT_LEASE_MS } });
    const [one, other, third] = [await open(), await open(), await open()];
    const request = sampleRequest();
    const began = listen(one.service.generateStream(request, caller, -1, patient));
    const lost = await one.upstream.nextCall();
    lost.say('Starter ');
    const joined = listen(other.service.generateStream(request, caller, -1, patient));
    await expect.poll(joined.types, WITHIN).toEqual(['started', 'delta']);
    one.cutOff();
    const call = await other.upstream.nextCall();
    call.say('Crumbs.');
    call.finish();
    const [{ generationId = '' } = {}] = began.heard;
    const resumed = listen(third.service.resume(generationId, caller, -1, patient));
    expect((await resumed.all).at(-1)).toMatchObject({ generation: { text: 'Crumbs.' } });
    expect((await dumpRedis(processes.redis.url)).found(['Starter', 'Crumbs', 'takeOver'])).toEqual(
      [],
    );
  });
});

/** Gateways on one Redis and one model server, each with its keys. */
async function startGateways(keys: readonly (string | null)[]) {
  await using opening = new AsyncDisposableStack();
  const upstream = opening.use(await startScriptedUpstream());
  const redis = opening.use(await startRedis());
  const gateways: Gateway[] = [];
  for (const key of keys) {
    const environment: Environment = {
      REDIS_URL: redis.url,
      REDIS_TIMEOUT_MS: '1000',
      GENERATION_GRACE_MS: '100',
      ...(key !== null && { ENCRYPTION_KEY: key }),
    };
    gateways.push(opening.use(await startGatewayBefore(upstream, environment)));
  }
  const opened = opening.move();
  const [one, other] = gateways as [Gateway, Gateway];
  return { one, other, upstream, redis, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

describe.concurrent('while keys are changed', () => {
  it('who has the new one first and the old one beside it opens all', async ({ expect }) => {
    const [before, after] = [newKey(), newKey()];
    await using gateways = await startGateways([before, `${after}, ${before}`]);
    const { one, other, upstream } = gateways;
    upstream.answers(say('Old.'), say('New.'));
    const old = await askForAnswer(one, { prompt: 'old' });
    expect(await askForAnswer(other, { prompt: 'old' })).toMatchObject({
      text: 'Old.',
      cached: true,
    });
    expect(await findGeneration(other, old.id)).toMatchObject({ text: 'Old.' });
    // Who has not heard of the new key yet asks again.
    await askForAnswer(other, { prompt: 'new' });
    upstream.answers(say('Again.'));
    expect(await askForAnswer(one, { prompt: 'new' })).toMatchObject({
      text: 'Again.',
      cached: false,
    });
  });

  it.for([
    ['another key', [newKey(), newKey()]],
    ['no key, of one that has one', [newKey(), null]],
    ['a key, of one that has none', [null, newKey()]],
  ] as const)('a process with %s knows nothing of the other, and goes on', async ([, keys], {
    expect,
  }) => {
    await using gateways = await startGateways(keys);
    const { one, other, upstream } = gateways;
    const held = heldAnswer();
    upstream.answers(say('Known.'), held.script, say('Its own.'), say('Anew.'));
    const known = await askForAnswer(one, { prompt: 'known' });
    const running = await startGeneration(one, input);
    if (running.__typename !== 'Generation') throw new Error('It failed.');
    await upstream.call(1);

    // Equal questions are not joined, and are answered all the same.
    const askedAt = performance.now();
    expect(await askForAnswer(other, input)).toMatchObject({ text: 'Its own.', cached: false });
    for (const { id } of [known, running]) {
      expect(await findGeneration(other, id)).toBeNull();
      await using resumed = listenToGeneration(other, id);
      expect(await resumed.rest()).toMatchObject([
        { __typename: 'GenerationFailed', failure: { code: 'NOT_FOUND' } },
      ]);
    }
    expect(await askForAnswer(other, { prompt: 'known' })).toMatchObject({
      text: 'Anew.',
      cached: false,
      decision: { cache: { outcome: 'MISS' } },
    });
    // Nothing was waited for.
    expect(performance.now() - askedAt).toBeLessThan(3_000);

    held.release();
    await expect
      .poll(() => findGeneration(one, running.id))
      .toMatchObject({ status: 'FINISHED', text: 'Starter feed.' });
    expect(upstream.calls).toHaveLength(4);
    const logged = [...one.logs, ...other.logs].filter(({ level }) => level === 'error');
    expect(logged).toEqual([]);
  });

  it('a process does not keep a run alive that it cannot open', async ({ expect }) => {
    const key = newKey();
    await using gateways = await startGateways([key, newKey()]);
    const { one, other, upstream } = gateways;
    const held = heldAnswer();
    upstream.answers(held.script, say('Its own.'));
    await using began = await hearFirstWord(one, input);
    // That was no listener of the run, which ends with its last one.
    await askForAnswer(other, input);
    await began[Symbol.asyncDispose]();
    expect(await (await upstream.call(0)).closed).toMatchObject({ aborted: true });
  });
});
