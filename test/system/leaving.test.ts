import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { askForAnswer } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { ASK, FOLLOW } from '../support/operations.ts';
import { post } from '../support/transports.ts';
import { delta, hang, role, say } from '../support/upstream-script.ts';

const GRACE_MS = 100;
const variables = { input: { prompt: 'What do day-old chicks eat?' } };

/** Ways to ask and to leave: each asks, waits until the upstream was asked, and leaves. */
const departures: Record<string, (gateway: Gateway) => Promise<unknown>> = {
  'an HTTP request that is aborted': async (gateway) => {
    const leaving = new AbortController();
    const asked = post(gateway, { query: ASK, variables }, {}, leaving.signal).catch(() => {});
    await gateway.upstream.call(0);
    leaving.abort();
    return asked;
  },
  'an event stream that is aborted': async (gateway) => {
    const leaving = new AbortController();
    const headers = { accept: 'text/event-stream' };
    const response = await post(gateway, { query: FOLLOW, variables }, headers, leaving.signal);
    await gateway.upstream.call(0);
    await response.body?.getReader().read();
    leaving.abort();
  },
  'a subscription that is completed': async (gateway) => {
    const client = connect(gateway);
    const events = client.iterate({ query: FOLLOW, variables });
    await events.next();
    await gateway.upstream.call(0);
    await events.return?.();
  },
  'a query over a socket that is completed': async (gateway) => {
    const client = connect(gateway);
    const events = client.iterate({ query: ASK, variables });
    const pending = events.next();
    await gateway.upstream.call(0);
    await events.return?.();
    return pending;
  },
  'a socket that is lost': async (gateway) => {
    const client = connect(gateway);
    const events = client.iterate({ query: FOLLOW, variables });
    await events.next();
    await gateway.upstream.call(0);
    const lost = events.next().catch(() => {});
    client.terminate();
    await lost;
  },
};

function connect(gateway: Gateway) {
  return createClient({ url: gateway.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
}

describe.concurrent('a caller that leaves a hung upstream', () => {
  const hung = { 'before the first token': [role(), hang], 'in mid-answer': [delta('a'), hang] };

  for (const [leaving, leave] of Object.entries(departures)) {
    for (const [moment, script] of Object.entries(hung)) {
      it(`${leaving}, ${moment}: the upstream sees it within the grace period`, async ({
        expect,
      }) => {
        await using gateway = await startGateway({ GENERATION_GRACE_MS: `${GRACE_MS}` });
        gateway.upstream.answers(script, say('Starter feed.'));
        await leave(gateway);
        const leftAt = performance.now();
        const call = await gateway.upstream.call(0);
        expect(await call.closed).toMatchObject({ aborted: true });
        expect(performance.now() - leftAt).toBeLessThan(GRACE_MS + 1_000);

        // Nothing of it was stored, and what it produced was counted once.
        expect((await askForAnswer(gateway, variables.input)).cached).toBe(false);
        const requests = gateway.logs.filter(({ message }) => message === 'request');
        expect(requests.map(({ status }) => status).sort()).toEqual(['CANCELLED', 'FINISHED']);
        expect(gateway.app.generations.activity()).toEqual({ generations: 0, subscribers: 0 });
      });
    }
  }

  it('does not stop the upstream before the grace period is over', async ({ expect }) => {
    await using gateway = await startGateway({ GENERATION_GRACE_MS: '60000' });
    gateway.upstream.answers([delta('a'), hang]);
    await departures['a subscription that is completed']?.(gateway);
    const call = await gateway.upstream.call(0);
    const winner = await Promise.race([
      call.closed.then(() => 'closed'),
      // One more request is long enough for an abort to have arrived.
      post(gateway, { query: '{ __typename }' }).then(() => 'open'),
    ]);
    expect(winner).toBe('open');
  });
});

describe('a slow socket', () => {
  it('slows its own listener only, and its gateway keeps one copy of the text', async () => {
    await using gateway = await startGateway({ MAX_ANSWER_BYTES: '100000000' });
    const chunks = Array.from({ length: 400 }, () => 'x'.repeat(16_000));
    gateway.upstream.answersAll(() => say(chunks));

    const slow = new WebSocket(gateway.wsUrl, 'graphql-transport-ws');
    await new Promise((resolve) => slow.once('open', resolve));
    slow.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => slow.once('message', resolve));
    slow.pause();
    const payload = { query: FOLLOW, variables };
    slow.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    const call = await gateway.upstream.call(0);
    expect(await call.closed).toMatchObject({ aborted: false });

    const quick = await askForAnswer(gateway, { prompt: 'Another question' });
    expect(quick.text).toHaveLength(400 * 16_000);
    expect(gateway.app.generations.activity().subscribers).toBe(1);

    const received = new Promise<number>((resolve) => {
      let length = 0;
      slow.on('message', (message) => {
        const { type, payload: result } = JSON.parse(String(message));
        length += result?.data?.generateStream?.text?.length ?? 0;
        if (type === 'complete') resolve(length);
      });
    });
    slow.resume();
    expect(await received).toBe(400 * 16_000);
    slow.terminate();
  });
});
