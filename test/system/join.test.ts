import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  type AskedGeneration,
  ask,
  askForAnswer,
  askForFailure,
  stream,
  textOf,
} from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { FOLLOW } from '../support/operations.ts';
import { post, transports } from '../support/transports.ts';
import { delta, errorChunk, hang, role, until } from '../support/upstream-script.ts';

const input = { prompt: 'What do day-old chicks eat?' };

function running(gateway: Gateway, count: number): Promise<void> {
  return expect.poll(() => gateway.app.generations.activity().generations).toBe(count);
}

describe('equal requests in flight', () => {
  it('share one upstream call and one text over all transports, and each has its own id', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const [, events, sockets] = transports;
    const query = FOLLOW;
    const variables = { input };
    const asked = Array.from({ length: 100 }, async (_, index) => {
      if (index % 3 === 0) return idAndText(await askForAnswer(gateway, input));
      const transport = index % 3 === 1 ? events : sockets;
      const results = (await transport?.run(gateway, { query, variables })) ?? [];
      const heard = results.map(({ data }) => data?.['generateStream']) as never;
      return { id: (heard as { generationId: string }[])[0]?.generationId, text: textOf(heard) };
    });
    await running(gateway, 100);
    release();
    const answers = await Promise.all(asked);
    expect(gateway.upstream.calls).toHaveLength(1);
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['Starter feed.']));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(100);
  });

  it('are charged once: who joins pays nothing and saves the call', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const first = askForAnswer(gateway, input);
    await gateway.upstream.call(0);
    const second = askForAnswer(gateway, input);
    await running(gateway, 2);
    release();
    const [owner, joiner] = await Promise.all([first, second]);
    expect(owner.usage).toMatchObject({ inputTokens: 100, outputTokens: 10 });
    expect(joiner).toMatchObject({
      cached: false,
      text: owner.text,
      usage: { inputTokens: 0, outputTokens: 0, costUsd: 0, savedTokens: 110 },
      decision: { cache: { outcome: 'JOINED' }, routing: { servedModel: 'large-model' } },
    });
    expect(joiner.usage.savedUsd).toBe(owner.usage.costUsd);
    expect(joiner.timing.totalMs).toBeLessThanOrEqual(owner.timing.totalMs);
    expect(joiner.timing.overheadMs).toBeGreaterThanOrEqual(0);

    const statistics =
      '{ cacheStats { joined misses } routingStats { models { requests costUsd } } }';
    const { data } = await (await post(gateway, { query: statistics })).json();
    expect(data).toMatchObject({
      cacheStats: { joined: 1, misses: 1 },
      routingStats: { models: [{ requests: 1, costUsd: owner.usage.costUsd }, { requests: 0 }] },
    });
  });

  it('hear what stands at once when they come late, and then go on live', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const early = stream(gateway, input);
    const call = await gateway.upstream.call(0);
    const client = createClient({ url: gateway.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const late = client.iterate({ query: FOLLOW, variables: { input } });
    const heard = [(await late.next()).value, (await late.next()).value];
    expect(JSON.stringify(heard)).toContain('"text":"Starter "');
    release();
    await call.closed;
    for await (const event of late) heard.push(event);
    expect(JSON.stringify(heard.at(-1))).toContain('"text":"Starter feed."');
    expect(textOf(await early)).toBe('Starter feed.');
    await client.dispose();
  });

  it('go on when the one leaves that began, and stop with the last', async () => {
    await using gateway = await startGateway({ GENERATION_GRACE_MS: '0' });
    gateway.upstream.answers([delta('Starter '), hang]);
    const [first, second] = [new AbortController(), new AbortController()];
    const headers = { accept: 'text/event-stream' };
    const variables = { input };
    const began = await post(gateway, { query: FOLLOW, variables }, headers, first.signal);
    const call = await gateway.upstream.call(0);
    const joined = await post(gateway, { query: FOLLOW, variables }, headers, second.signal);
    await running(gateway, 2);
    await began.body?.getReader().read();
    first.abort();
    await expect.poll(() => gateway.app.generations.activity().subscribers).toBe(1);
    const still = await Promise.race([
      call.closed.then(() => 'closed'),
      post(gateway, { query: '{ __typename }' }).then(() => 'open'),
    ]);
    expect(still).toBe('open');
    await joined.body?.getReader().read();
    second.abort();
    expect(await call.closed).toMatchObject({ aborted: true });
  });

  it('fail together, and the next one asks anew', async () => {
    await using gateway = await startGateway();
    const fault = Promise.withResolvers<void>();
    const broken = [
      role(),
      delta('Starter '),
      until(fault.promise),
      errorChunk({ type: 'server_error' }),
    ];
    gateway.upstream.answers(broken);
    const pinned = { ...input, model: 'large-model' };
    const asked = [askForFailure(gateway, pinned), askForFailure(gateway, pinned)];
    await running(gateway, 2);
    fault.resolve();
    const failures = await Promise.all(asked);
    expect(failures.map(({ code }) => code)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'UPSTREAM_UNAVAILABLE',
    ]);
    expect(failures.map(({ usage }) => usage.costUsd).sort()[0]).toBe(0);
    expect(gateway.upstream.calls).toHaveLength(1);
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    release();
    expect((await askForAnswer(gateway, pinned)).text).toBe('Starter feed.');
  });

  it.each<[string, object, object]>([
    ['BYPASS', { cache: { mode: 'BYPASS' } }, { cache: { mode: 'BYPASS' } }],
    ['another system text', {}, { system: 'Be brief.' }],
    ['another model', {}, { model: 'small-model' }],
  ])('do not join with %s', async (_name, one, other) => {
    await using gateway = await startGateway();
    const held = [heldAnswer(), heldAnswer()];
    gateway.upstream.answers(...held.map(({ script }) => script));
    const asked = [ask(gateway, { ...input, ...one }), ask(gateway, { ...input, ...other })];
    await gateway.upstream.call(1);
    for (const { release } of held) release();
    await Promise.all(asked);
    expect(gateway.upstream.calls).toHaveLength(2);
  });
});

function idAndText({ id, text }: AskedGeneration) {
  return { id, text };
}
