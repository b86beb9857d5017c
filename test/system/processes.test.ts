import { describe, it } from 'vitest';
import {
  ask,
  askForAnswer,
  askForFailure,
  cancelGeneration,
  findGeneration,
  type StreamedEvent,
  startGeneration,
  textOf,
} from '../support/ask.ts';
import { listenToGeneration, listenToStream } from '../support/follow.ts';
import { type AddressedRedis, startGateways } from '../support/gateways.ts';
import { hearFirstWord } from '../support/hearing.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { startRedisClusterOfThree } from '../support/redis-cluster.ts';
import { startRedisSentinels } from '../support/redis-sentinel.ts';
import { startRedis } from '../support/redis-server.ts';
import { say } from '../support/upstream-script.ts';

const input = { prompt: 'What do day-old chicks eat?' };

const servers: readonly { name: string; start: () => Promise<AddressedRedis> }[] = [
  { name: 'one Redis', start: () => startRedis() },
  { name: 'a Redis cluster of three', start: () => startRedisClusterOfThree() },
];

describe.concurrent.each(servers)('two processes around $name', ({ start }) => {
  it('answer 40 equal requests with one upstream call', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    const asked = Array.from({ length: 40 }, (_, index) =>
      ask(index % 2 === 0 ? one : other, input),
    );
    const all = () =>
      one.app.generations.activity().generations + other.app.generations.activity().generations;
    await expect.poll(all, { timeout: 10_000 }).toBe(40);
    release();
    const answers = await Promise.all(asked);
    expect(answers.map((answer) => 'text' in answer && answer.text)).toEqual(
      Array(40).fill('Starter feed.'),
    );
    expect(new Set(answers.map((answer) => 'id' in answer && answer.id)).size).toBe(40);
    expect(upstream.calls).toHaveLength(1);
  });

  it('let a client go on at the other, live, where its connection broke', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    const heard: StreamedEvent[] = [];
    {
      await using lost = listenToStream(one, input);
      heard.push(await lost.next(), await lost.next());
    }
    const [{ generationId, seq }] = heard.slice(-1) as [StreamedEvent];
    await using resumed = listenToGeneration(other, generationId, seq);
    await expect.poll(() => other.app.generations.activity().subscribers).toBe(1);
    release();
    heard.push(...(await resumed.rest()));
    expect(textOf(heard)).toBe('Starter feed.');
    expect(upstream.calls).toHaveLength(1);
  });

  it('tell of each other’s generations, while they run and after', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    const begun = await startGeneration(one, input);
    if (begun.__typename !== 'Generation') throw new Error('It failed.');
    await expect
      .poll(() => findGeneration(other, begun.id))
      .toMatchObject({ status: 'RUNNING', text: 'Starter ' });
    release();
    await expect
      .poll(() => findGeneration(other, begun.id))
      .toMatchObject({ status: 'FINISHED', text: 'Starter feed.' });
    const finished = await findGeneration(other, begun.id);
    expect(finished?.usage).toEqual((await findGeneration(one, begun.id))?.usage);

    const cached = await askForAnswer(other, input);
    expect(cached.cached).toBe(true);
    await expect
      .poll(() => findGeneration(one, cached.id))
      .toMatchObject({ id: cached.id, text: 'Starter feed.', cached: true });
  });

  it('stand for one generation with one idempotency key', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    const keyed = { ...input, idempotencyKey: 'chicks', cache: { mode: 'BYPASS' } };
    const asked = [one, other, one, other].map((gateway) => ask(gateway, keyed));
    await upstream.call(0);
    const conflict = { ...keyed, prompt: 'What do hens eat?' };
    expect((await askForFailure(other, conflict)).code).toBe('IDEMPOTENCY_CONFLICT');
    release();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map((answer) => 'id' in answer && answer.id)).size).toBe(1);
    expect(answers[3]).toMatchObject({ text: 'Starter feed.' });
    expect(upstream.calls).toHaveLength(1);
    expect(await askForAnswer(other, keyed)).toMatchObject({ text: 'Starter feed.' });
    expect(upstream.calls).toHaveLength(1);
  });

  it('cancel what the other runs, and stop the model', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    upstream.answers(heldAnswer().script);
    await using listener = listenToStream(one, input);
    const { generationId } = await listener.next();
    await listener.next();
    expect(await cancelGeneration(other, generationId)).toMatchObject({
      status: 'CANCELLED',
      text: 'Starter ',
      failure: { code: 'CANCELLED', retryable: false },
    });
    expect((await listener.rest()).at(-1)).toMatchObject({ __typename: 'GenerationFailed' });
    const { closed } = await upstream.call(0);
    expect((await closed).aborted).toBe(true);
  });

  it('cut off one generation, while another goes on with the run', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    await using first = listenToStream(one, input);
    const { generationId } = await first.next();
    await using joined = listenToStream(other, input);
    const { generationId: joinedId } = await joined.next();
    expect(await cancelGeneration(other, generationId)).toMatchObject({ status: 'CANCELLED' });
    expect((await first.rest()).at(-1)).toMatchObject({
      __typename: 'GenerationFailed',
      failure: { code: 'CANCELLED', partialText: 'Starter ' },
    });
    release();
    expect((await joined.rest()).at(-1)).toMatchObject({ generation: { text: 'Starter feed.' } });
    expect(await findGeneration(one, joinedId)).toMatchObject({ status: 'FINISHED' });
    expect(await findGeneration(one, generationId)).toMatchObject({
      status: 'CANCELLED',
      text: 'Starter ',
    });
    expect(upstream.calls).toHaveLength(1);
  });

  it('stop the model when the last listener has left, wherever it was', async ({ expect }) => {
    await using gateways = await startGateways({ GENERATION_GRACE_MS: '300' }, start);
    const { one, other, upstream } = gateways;
    upstream.answers(heldAnswer().script);
    const first = listenToStream(one, input);
    await first.next();
    const joined = listenToStream(other, input);
    await joined.next();
    const { closed } = await upstream.call(0);
    let stopped = false;
    void closed.then(() => {
      stopped = true;
    });
    await first[Symbol.asyncDispose]();
    // Longer than the grace period: the other one still listens.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(stopped).toBe(false);
    await joined[Symbol.asyncDispose]();
    expect((await closed).aborted).toBe(true);
  });

  it('know nothing of a generation that nobody began', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    expect(await findGeneration(gateways.one, crypto.randomUUID())).toBeNull();
  });

  it('answer from what the other has kept', async ({ expect }) => {
    await using gateways = await startGateways({}, start);
    const { one, other, upstream } = gateways;
    upstream.answers(say('Starter feed.'));
    await askForAnswer(one, input);
    expect(await askForAnswer(other, input)).toMatchObject({ cached: true });
    expect(upstream.calls).toHaveLength(1);
  });
});

describe('two processes around a Redis that is replaced', () => {
  it('go on with the answer that they were giving', async ({ expect }) => {
    await using gateways = await startGateways({}, startRedisSentinels);
    const { one, other, redis, upstream } = gateways;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    const master = await redis.master();
    await master.kill();
    const promoted = () => redis.master().then((server) => server.port);
    await expect.poll(promoted, { timeout: 15_000 }).not.toBe(master.port);
    release();
    expect(await began.toEnd()).toBe('Starter feed.');
    expect(await joined.toEnd()).toBe('Starter feed.');
    expect(upstream.calls).toHaveLength(1);
  });
});
