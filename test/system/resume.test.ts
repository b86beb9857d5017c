import { describe, expect, it } from 'vitest';
import { askForAnswer, findGeneration, type StreamedEvent, textOf } from '../support/ask.ts';
import { listenToGeneration, listenToStream } from '../support/follow.ts';
import { startGateway } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { errorChunk, say } from '../support/upstream-script.ts';

const input = { prompt: 'What do day-old chicks eat?' };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('a stream that was lost', () => {
  it('is taken up again after the last seq, and goes on live', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const heard: StreamedEvent[] = [];
    {
      await using lost = listenToStream(gateway, input);
      heard.push(await lost.next(), await lost.next());
    }
    const [{ generationId, seq }] = heard.slice(-1) as [StreamedEvent];
    await using resumed = listenToGeneration(gateway, generationId, seq);
    await expect.poll(() => gateway.app.generations.activity().subscribers).toBe(1);
    release();
    heard.push(...(await resumed.rest()));
    expect(textOf(heard)).toBe('Starter feed.');
    expect(new Set(heard.map((event) => event.generationId)).size).toBe(1);
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('is replayed from the start, in fewer pieces, after the end as well', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say(['Starter ', 'feed, ', 'nothing ', 'else.']));
    const { id, text } = await askForAnswer(gateway, input);
    await using resumed = listenToGeneration(gateway, id);
    const events = await resumed.rest();
    expect(textOf(events)).toBe(text);
    expect(events.map(({ __typename }) => __typename)).toEqual([
      'GenerationStarted',
      'GenerationDelta',
      'GenerationFinished',
    ]);
  });

  it('tells the end again to who has it already, and never more than there is', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say('Starter feed.'));
    const { id } = await askForAnswer(gateway, input);
    for (const afterSeq of [1, 2, 1_000_000]) {
      await using resumed = listenToGeneration(gateway, id, afterSeq);
      expect(await resumed.rest()).toMatchObject([
        { __typename: 'GenerationFinished', seq: 2, generation: { text: 'Starter feed.' } },
      ]);
    }
  });

  it('is replayed when it came from the cache', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say('Starter feed.'));
    await askForAnswer(gateway, input);
    const cached = await askForAnswer(gateway, input);
    expect(cached.cached).toBe(true);
    await using resumed = listenToGeneration(gateway, cached.id, 0);
    expect((await resumed.rest()).map(({ seq }) => seq)).toEqual([1, 2]);
    expect(await findGeneration(gateway, cached.id)).toEqual({
      ...cached,
      __typename: undefined,
      failure: null,
    });
  });

  it('fails with NOT_FOUND, as an event that counts, when there is none', async () => {
    await using gateway = await startGateway();
    await using resumed = listenToGeneration(gateway, UNKNOWN, 7);
    expect(await resumed.rest()).toMatchObject([
      {
        __typename: 'GenerationFailed',
        generationId: UNKNOWN,
        seq: 8,
        failure: { code: 'NOT_FOUND', retryable: false, generation: null },
      },
    ]);
  });

  it('keeps the model at work for the grace period, and no longer', async () => {
    await using gateway = await startGateway({ GENERATION_GRACE_MS: '50' });
    const { script } = heldAnswer();
    gateway.upstream.answers(script);
    let generationId = '';
    {
      await using lost = listenToStream(gateway, input);
      generationId = (await lost.next()).generationId;
    }
    expect(await (await gateway.upstream.call(0)).closed).toMatchObject({ aborted: true });
    await using resumed = listenToGeneration(gateway, generationId);
    expect((await resumed.rest()).at(-1)).toMatchObject({
      failure: { code: 'CANCELLED', retryable: true, partialText: 'Starter ' },
    });
  });
});

describe('a generation', () => {
  it('is found by its id while it runs and after, with what it used by then', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    await using listener = listenToStream(gateway, input);
    const { generationId } = await listener.next();
    await listener.next();
    const running = await findGeneration(gateway, generationId);
    expect(running).toMatchObject({
      id: generationId,
      status: 'RUNNING',
      text: 'Starter ',
      finishReason: null,
      failure: null,
      model: 'large-model',
      usage: { source: 'ESTIMATED', savedUsd: null },
    });
    expect(running?.usage.inputTokens).toBeGreaterThan(0);
    expect(running?.usage.outputTokens).toBeGreaterThan(0);
    expect(running?.usage.costUsd).toBeGreaterThan(0);
    expect(running?.timing.firstTokenMs).toBeLessThanOrEqual(running?.timing.totalMs ?? 0);

    release();
    await listener.rest();
    expect(await findGeneration(gateway, generationId)).toMatchObject({
      status: 'FINISHED',
      text: 'Starter feed.',
      usage: { inputTokens: 100, outputTokens: 10, source: 'PROVIDER' },
    });
  });

  it('counts a model that gave up in the midst among what was used', async () => {
    await using gateway = await startGateway();
    const { script } = heldAnswer();
    gateway.upstream.answers(
      [...say('Mash').slice(0, 2), errorChunk({ type: 'server_error' })],
      script,
    );
    await using listener = listenToStream(gateway, input);
    const heard = [await listener.next()];
    while (heard.at(-1)?.__typename !== 'GenerationReset') heard.push(await listener.next());
    await listener.next();
    const { generationId } = heard[0] as StreamedEvent;
    const running = await findGeneration(gateway, generationId);
    expect(running).toMatchObject({
      text: 'Starter ',
      model: 'small-model',
      decision: {
        routing: { fallbacks: [{ model: 'large-model', code: 'UPSTREAM_UNAVAILABLE' }] },
      },
    });
    const { inputTokensBefore } = running?.decision.prompt ?? { inputTokensBefore: 0 };
    expect(running?.usage.inputTokens).toBe(2 * inputTokensBefore);
  });

  it('is not found when it never was, and not when it is not kept any more', async () => {
    await using gateway = await startGateway({ GENERATION_KEEP_MS: '0' });
    expect(await findGeneration(gateway, UNKNOWN)).toBeNull();
    gateway.upstream.answers(say('Starter feed.'));
    const { id } = await askForAnswer(gateway, input);
    await expect.poll(() => findGeneration(gateway, id)).toBeNull();
  });
});
