import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  askForAnswer,
  askForFailure,
  cancelGeneration,
  type StreamedEvent,
  startGeneration,
  stream,
  textOf,
} from '../support/ask.ts';
import { listenToStream } from '../support/follow.ts';
import { startGateway } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { post, transports } from '../support/transports.ts';
import { respond, say } from '../support/upstream-script.ts';

/** Neither joined nor cached: whatever is shared is shared by the key. */
const alone = { prompt: 'What do day-old chicks eat?', cache: { mode: 'BYPASS' } };
const keyed = { ...alone, idempotencyKey: 'order-66' };

describe('an idempotency key', () => {
  it('stands for one generation, while it runs and after, whoever asks how', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const first = askForAnswer(gateway, keyed);
    await gateway.upstream.call(0);
    const streamed = stream(gateway, keyed);
    const started = await startGeneration(gateway, keyed);
    release();
    const { id, usage } = await first;
    const events = await streamed;
    expect(textOf(events)).toBe('Starter feed.');
    expect(new Set(events.map(({ generationId }) => generationId))).toEqual(new Set([id]));
    expect(started).toMatchObject({ id, decision: { cache: { outcome: 'BYPASSED' } } });
    expect(await askForAnswer(gateway, keyed)).toMatchObject({ id, usage });
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('is heeded by requests that come at the same moment', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say('Starter feed.'));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => askForAnswer(gateway, keyed)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(gateway.upstream.calls).toHaveLength(1);
    const { data } = await (await post(gateway, { query: '{ cacheStats { requests } }' })).json();
    expect(data.cacheStats.requests).toBe(1);
  });

  it('goes on after the seq that the client has', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const heard: StreamedEvent[] = [];
    {
      await using lost = listenToStream(gateway, keyed);
      heard.push(await lost.next(), await lost.next());
    }
    await using again = listenToStream(gateway, keyed, { afterSeq: heard.at(-1)?.seq ?? -1 });
    release();
    heard.push(...(await again.rest()));
    expect(textOf(heard)).toBe('Starter feed.');
  });

  it('refuses another input, and says so on every field', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answersAll(() => say('Starter feed.'));
    await askForAnswer(gateway, keyed);
    const other = { ...keyed, prompt: 'What do hens eat?' };
    const conflict = { code: 'IDEMPOTENCY_CONFLICT', retryable: false };
    expect(await askForFailure(gateway, other)).toMatchObject(conflict);
    expect(await stream(gateway, other)).toMatchObject([{ failure: conflict }]);
    expect(await startGeneration(gateway, other)).toMatchObject(conflict);
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('is freed by a failure that may pass, and by no other', async () => {
    await using gateway = await startGateway();
    const input = { ...keyed, model: 'large-model' };
    const unavailable = respond(503, { error: { message: 'busy' } });
    const rejected = respond(400, { error: { message: 'no such parameter' } });
    gateway.upstream.answers(unavailable, rejected, say('Starter feed.'));
    const first = await askForFailure(gateway, input);
    const second = await askForFailure(gateway, input);
    const third = await askForFailure(gateway, input);
    expect([first, second, third].map(({ code }) => code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_REJECTED',
      'UPSTREAM_REJECTED',
    ]);
    expect(second.generation?.id).not.toBe(first.generation?.id);
    expect(third.generation?.id).toBe(second.generation?.id);
    expect(gateway.upstream.calls).toHaveLength(2);
  });

  it('is not taken by a request that never began', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say('Starter feed.'));
    expect(await askForFailure(gateway, { ...keyed, model: 'no-such-model' })).toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
    expect((await askForAnswer(gateway, keyed)).text).toBe('Starter feed.');
  });

  it('stands for a generation that was cancelled', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(heldAnswer().script);
    const started = await startGeneration(gateway, keyed);
    if (started.__typename !== 'Generation') throw new Error(started.message);
    await cancelGeneration(gateway, started.id);
    const failure = await askForFailure(gateway, keyed);
    expect(failure).toMatchObject({ code: 'CANCELLED', generation: { id: started.id } });
  });

  it('lives as long as the generation is kept', async () => {
    await using gateway = await startGateway({ GENERATION_KEEP_MS: '0' });
    gateway.upstream.answersAll(() => say('Starter feed.'));
    const fromCache = { prompt: 'What do hens eat?', idempotencyKey: 'order-67' };
    for (const input of [keyed, fromCache]) {
      const first = await askForAnswer(gateway, input);
      const second = await askForAnswer(gateway, input);
      const third = await askForAnswer(gateway, input);
      expect(new Set([first.id, second.id, third.id]).size).toBe(3);
    }
  });
});

describe('the id of a WebSocket operation', () => {
  it('is its idempotency key when it is a UUID', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const operationId = randomUUID();
    await using first = listenToStream(gateway, alone, { operationId });
    const { generationId } = await first.next();
    await using again = listenToStream(gateway, alone, { operationId });
    release();
    const events = await again.rest();
    expect(textOf(events)).toBe('Starter feed.');
    expect(events[0]?.generationId).toBe(generationId);
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('is none when it is counted, as every socket counts from 1', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answersAll(() => say('Starter feed.'));
    for (const prompt of ['What do hens eat?', 'What do chicks eat?']) {
      await using listener = listenToStream(gateway, { ...alone, prompt }, { operationId: '1' });
      expect(textOf(await listener.rest())).toBe('Starter feed.');
    }
    expect(gateway.upstream.calls).toHaveLength(2);
  });

  it('tells the fields of one operation apart', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answersAll(({ body }) => say(body.messages.at(-1)?.content ?? ''));
    const query = `mutation {
      hens: generate(input: { prompt: "hens" }) { ... on Generation { text } }
      chicks: generate(input: { prompt: "chicks" }) { ... on Generation { text } }
    }`;
    const socket = transports.find(({ name }) => name === 'WebSocket');
    expect(await socket?.run(gateway, { query })).toEqual([
      { data: { hens: { text: 'hens' }, chicks: { text: 'chicks' } } },
    ]);
  });
});
