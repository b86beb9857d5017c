import { describe, expect, it } from 'vitest';
import {
  askForAnswer,
  askForFailure,
  cancelGeneration,
  findGeneration,
  type StreamedEvent,
  startGeneration,
  textOf,
} from '../support/ask.ts';
import { listenToGeneration, listenToStream } from '../support/follow.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { post } from '../support/transports.ts';
import { delta, hang, say } from '../support/upstream-script.ts';

const input = { prompt: 'What do day-old chicks eat?' };

async function startedId(gateway: Gateway, asked: object = input): Promise<string> {
  const started = await startGeneration(gateway, asked);
  if (started.__typename !== 'Generation') throw new Error(started.message);
  return started.id;
}

async function statisticsOf(gateway: Gateway) {
  const query = `{ cacheStats { requests joined misses }
    routingStats { models { requests failures inputTokens outputTokens costUsd } } }`;
  const { data } = await (await post(gateway, { query })).json();
  return { ...data.cacheStats, large: data.routingStats.models[0] };
}

describe('a generation that is started', () => {
  it('runs although nobody listens, and is followed or found later', async () => {
    await using gateway = await startGateway({ GENERATION_GRACE_MS: '0' });
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const started = await startGeneration(gateway, input);
    expect(started).toMatchObject({ status: 'RUNNING', decision: { cache: { outcome: 'MISS' } } });
    const { id } = started as { id: string };
    release();
    await expect.poll(async () => (await findGeneration(gateway, id))?.status).toBe('FINISHED');
    await using listener = listenToGeneration(gateway, id);
    expect(textOf(await listener.rest())).toBe('Starter feed.');
  });

  it('is stopped, like any other, when its first listener has come and gone', async () => {
    await using gateway = await startGateway({ GENERATION_GRACE_MS: '0' });
    gateway.upstream.answers(heldAnswer().script);
    const id = await startedId(gateway);
    {
      await using listener = listenToGeneration(gateway, id);
      await listener.next();
    }
    expect(await (await gateway.upstream.call(0)).closed).toMatchObject({ aborted: true });
  });

  it('has ended already when its answer was cached', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say('Starter feed.'));
    await askForAnswer(gateway, input);
    expect(await startGeneration(gateway, input)).toMatchObject({
      status: 'FINISHED',
      cached: true,
      text: 'Starter feed.',
    });
  });

  it('is refused with a failure like any other', async () => {
    await using gateway = await startGateway();
    expect(await startGeneration(gateway, { ...input, model: 'no-such-model' })).toMatchObject({
      code: 'MODEL_UNKNOWN',
    });
  });
});

describe('cancelling', () => {
  it('ends the generation for all its listeners, and the upstream sees it', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers([delta('Starter '), hang]);
    const asked = askForFailure(gateway, { ...input, idempotencyKey: 'k' });
    const call = await gateway.upstream.call(0);
    const id = await startedId(gateway, { ...input, idempotencyKey: 'k' });
    await using listener = listenToGeneration(gateway, id);
    const heard = [await listener.next(), await listener.next()];

    const cancelled = await cancelGeneration(gateway, id);
    expect(cancelled).toMatchObject({
      id,
      status: 'CANCELLED',
      text: 'Starter ',
      failure: { code: 'CANCELLED', retryable: false, partialText: 'Starter ' },
      usage: { source: 'ESTIMATED' },
    });
    expect(await call.closed).toMatchObject({ aborted: true });
    heard.push(...(await listener.rest()));
    expect(textOf(heard)).toBe('Starter ');
    expect(heard.at(-1)).toMatchObject({
      __typename: 'GenerationFailed',
      failure: { code: 'CANCELLED', generation: { id, usage: cancelled?.usage } },
    });
    expect(await asked).toMatchObject({ code: 'CANCELLED', generation: { id } });
    expect(await findGeneration(gateway, id)).toEqual(cancelled);
  });

  it('lets the others of the same upstream call go on; the last one stops it', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers([delta('Starter '), hang]);
    const call = gateway.upstream.call(0);
    const ids = [await startedId(gateway), await startedId(gateway), await startedId(gateway)];
    await call;
    for (const id of ids.slice(0, 2)) {
      expect(await cancelGeneration(gateway, id)).toMatchObject({ id, status: 'CANCELLED' });
    }
    expect(await findGeneration(gateway, ids[2] ?? '')).toMatchObject({ status: 'RUNNING' });
    await cancelGeneration(gateway, ids[2] ?? '');
    expect(await (await call).closed).toMatchObject({ aborted: true });
  });

  it('ends the story where it was, whatever the others hear afterwards', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    await using owner = listenToStream(gateway, input);
    const heard = [await owner.next(), await owner.next()];
    const other = askForAnswer(gateway, input);
    await expect.poll(() => gateway.app.generations.activity().generations).toBe(2);
    const { generationId } = heard[0] as StreamedEvent;
    await cancelGeneration(gateway, generationId);
    heard.push(...(await owner.rest()));
    release();
    expect((await other).text).toBe('Starter feed.');

    await using late = listenToGeneration(gateway, generationId);
    const replayed = await late.rest();
    for (const events of [heard, replayed]) expect(textOf(events)).toBe('Starter ');
    expect(replayed.at(-1)?.seq).toBe(heard.at(-1)?.seq);
    await using informed = listenToGeneration(gateway, generationId, replayed.at(-1)?.seq);
    expect(await informed.rest()).toMatchObject([{ __typename: 'GenerationFailed' }]);
  });

  it('leaves the cost with who called the model, known when the call is over', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const id = await startedId(gateway);
    await gateway.upstream.call(0);
    const other = askForAnswer(gateway, input);
    await expect.poll(() => gateway.app.generations.activity().generations).toBe(2);
    const cancelled = await cancelGeneration(gateway, id);
    expect(cancelled?.usage.source).toBe('ESTIMATED');
    expect(await statisticsOf(gateway)).toMatchObject({ requests: 0 });

    release();
    expect((await other).usage).toMatchObject({ inputTokens: 0, costUsd: 0 });
    expect(await findGeneration(gateway, id)).toMatchObject({
      status: 'CANCELLED',
      usage: { inputTokens: 100, outputTokens: 10, source: 'PROVIDER' },
    });
    const call = { requests: 1, inputTokens: 100, outputTokens: 10, costUsd: (300 + 60) / 1e6 };
    expect(await statisticsOf(gateway)).toMatchObject({ requests: 2, joined: 1, large: call });
  });

  it('does nothing to what has ended, and says null to what is not known', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say('Starter feed.'));
    const { id } = await askForAnswer(gateway, input);
    expect(await cancelGeneration(gateway, id)).toMatchObject({ id, status: 'FINISHED' });
    const cached = await askForAnswer(gateway, input);
    expect(await cancelGeneration(gateway, cached.id)).toMatchObject({ status: 'FINISHED' });
    expect(await cancelGeneration(gateway, 'no-such-generation')).toBeNull();
  });
});
