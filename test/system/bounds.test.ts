import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  askForAnswer,
  askForFailure,
  findGeneration,
  type StreamedEvent,
  startGeneration,
  textOf,
} from '../support/ask.ts';
import { listenToGeneration } from '../support/follow.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { FOLLOW } from '../support/operations.ts';
import { connect, type RawSocket } from '../support/raw-socket.ts';
import { delta, done, finish, role, say, until } from '../support/upstream-script.ts';

const input = { prompt: 'What do day-old chicks eat?' };
const subscription = { query: FOLLOW, variables: { input } };

/** More than the buffers of a connection hold on either side. */
const LONG_ANSWER = Array.from({ length: 400 }, (_, index) => `${index} `.padEnd(8_192, 'x'));

function listening(gateway: Gateway, count: number): Promise<void> {
  const subscribers = () => gateway.app.generations.activity().subscribers;
  return expect.poll(subscribers, { timeout: 10_000 }).toBe(count);
}

describe('one run with many listeners', () => {
  it('tells 2,000 of them the same, by one upstream call', async () => {
    await using gateway = await startGateway({ MAX_OPERATIONS_PER_SOCKET: '100' });
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const clients = Array.from({ length: 20 }, () =>
      createClient({ url: gateway.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 }),
    );
    const heard = clients.flatMap((client) =>
      Array.from({ length: 100 }, async () => {
        const events: StreamedEvent[] = [];
        for await (const { data } of client.iterate<{ generateStream: StreamedEvent }>(
          subscription,
        )) {
          if (data) events.push(data.generateStream);
        }
        return events;
      }),
    );
    await listening(gateway, 2_000);
    release();
    const streams = await Promise.all(heard);
    expect(new Set(streams.map(textOf))).toEqual(new Set(['Starter feed.']));
    expect(new Set(streams.map(([first]) => first?.generationId)).size).toBe(2_000);
    expect(gateway.upstream.calls).toHaveLength(1);
    for (const client of clients) await client.dispose();
  });

  it('waits for none that does not read, which has the exact text when it reads on', async () => {
    await using gateway = await startGateway();
    const rest = Promise.withResolvers<void>();
    const texts = LONG_ANSWER.map((text) => delta(text));
    gateway.upstream.answers([role(), until(rest.promise), ...texts, finish(), done]);
    using asleep = await connect(gateway.wsUrl);
    asleep.send({ id: '1', type: 'subscribe', payload: subscription });
    await asleep.next();
    asleep.pause();
    const quick = askForAnswer(gateway, input);
    await expect.poll(() => gateway.app.generations.activity().generations).toBe(2);
    rest.resolve();
    const { text } = await quick;
    expect(text).toBe(LONG_ANSWER.join(''));
    expect(gateway.app.generations.activity()).toEqual({ generations: 0, subscribers: 1 });
    asleep.resume();
    expect(await textFrom(asleep)).toBe(text);
  });

  it('gives a slow listener the exact text, and a late one in fewer events', async () => {
    await using gateway = await startGateway({ STREAM_COALESCE_MS: '0' });
    const steps = Array.from({ length: 200 }, () => Promise.withResolvers<void>());
    const script = steps.flatMap(({ promise }, index) => [until(promise), delta(`${index} `)]);
    gateway.upstream.answers([role(), ...script, finish(), done]);
    const started = await startGeneration(gateway, input);
    const { id } = started as { id: string };
    await using slow = listenToGeneration(gateway, id);
    const heard = [await slow.next()];
    for (const { resolve } of steps) resolve();
    await expect.poll(async () => (await findGeneration(gateway, id))?.status).toBe('FINISHED');
    heard.push(...(await slow.rest()));
    expect(textOf(heard)).toBe(steps.map((_, index) => `${index} `).join(''));

    await using late = listenToGeneration(gateway, id);
    const replayed = await late.rest();
    expect(replayed).toHaveLength(3);
    expect(replayed.map(({ seq }) => seq).at(-1)).toBe(heard.at(-1)?.seq);
  });
});

describe('the logs of all generations', () => {
  it('stay within their bytes: what ended first goes first', async () => {
    await using gateway = await startGateway({ GENERATION_LOG_BYTES: '65536' });
    gateway.upstream.answersAll(({ body }) =>
      say(`${body.messages.at(-1)?.content} `.padEnd(10_000, 'x')),
    );
    const ids: string[] = [];
    for (const prompt of ['1', '2', '3', '4', '5']) {
      ids.push((await askForAnswer(gateway, { prompt })).id);
    }
    const found = await Promise.all(ids.map((id) => findGeneration(gateway, id)));
    expect(found.map((generation) => generation?.text.slice(0, 2) ?? null)).toEqual([
      null,
      null,
      '3 ',
      '4 ',
      '5 ',
    ]);
    await using lost = listenToGeneration(gateway, ids[0] ?? '', 3);
    expect(await lost.rest()).toMatchObject([{ seq: 4, failure: { code: 'NOT_FOUND' } }]);
  });

  it('refuse another answer rather than drop one that goes on', async () => {
    await using gateway = await startGateway({ GENERATION_LOG_BYTES: '65536' });
    const { script, release } = heldAnswer();
    gateway.upstream.answers([delta('x'.repeat(30_000)), ...script], say('y'.repeat(10_000)));
    const first = askForAnswer(gateway, input);
    await gateway.upstream.call(0);
    await expect.poll(() => gateway.app.generations.activity().generations).toBe(1);
    const refused = await askForFailure(gateway, { prompt: 'Another.', model: 'large-model' });
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryable: true });
    release();
    expect((await first).text).toHaveLength(30_000 + 'Starter feed.'.length);
  });
});

/** Of the deltas that are still to come. */
async function textFrom(socket: RawSocket): Promise<string> {
  const texts: string[] = [];
  for (;;) {
    const { type, payload } = await socket.next();
    if (type !== 'next') return texts.join('');
    const { data } = payload as { data: { generateStream: StreamedEvent } };
    if ('text' in data.generateStream) texts.push(data.generateStream.text);
  }
}
