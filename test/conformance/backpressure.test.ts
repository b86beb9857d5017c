import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { GenerationEvent } from '../../src/generation/generation.ts';
import { fakeGenerations } from '../support/fake-services.ts';
import { startGraphqlServer, type TestServer } from '../support/graphql-server.ts';
import { FOLLOW } from '../support/operations.ts';
import { connect } from '../support/raw-socket.ts';

/** More than the buffers of a connection hold on either side, in events of this size. */
const ENOUGH_EVENTS = 2_000;
const EVENT_BYTES = 16 * 1024;

type SlowReader = AsyncDisposable & { readOn(): void };

const readers: [transport: string, open: (server: TestServer) => Promise<SlowReader>][] = [
  ['WebSocket', openSlowSocket],
  ['server-sent events', openSlowEventStream],
];

describe('a client that does not read', () => {
  it.each(readers)('over %s holds up its own stream and no other', async (_transport, open) => {
    const streams = endlessStreams();
    await using server = await startGraphqlServer({ services: { generations: streams.service } });
    await using slow = await open(server);
    using quick = await connect(server.wsUrl);
    quick.send({ id: '1', type: 'subscribe', payload: follow('quick') });

    for (let event = 0; event < ENOUGH_EVENTS; event += 1) await quick.next();
    const pulled = streams.pulled('slow');
    expect(pulled).toBeGreaterThan(0);
    expect(pulled).toBeLessThan(ENOUGH_EVENTS);
    for (let event = 0; event < ENOUGH_EVENTS / 4; event += 1) await quick.next();
    expect(streams.pulled('slow')).toBe(pulled);

    slow.readOn();
    await streams.pulledMoreThan('slow', pulled);
  });
});

describe('a client that is lost while its stream always has more', () => {
  it('does not keep the server from its other work', { timeout: 5_000 }, async () => {
    const streams = endlessStreams();
    await using server = await startGraphqlServer({ services: { generations: streams.service } });
    using socket = await connect(server.wsUrl);
    socket.send({ id: '1', type: 'subscribe', payload: follow('lost') });
    await socket.next();
    socket.terminate();
    const response = await fetch(new URL('/ready', server.url));
    expect(response.status).toBe(200);
  });
});

function follow(prompt: string) {
  return { query: FOLLOW, variables: { input: { prompt } } };
}

/** Each stream goes on for as long as it is pulled; the prompt tells them apart. */
function endlessStreams() {
  const pulls = new Map<string, number>();
  const waiters: { prompt: string; count: number; resolve: () => void }[] = [];
  const text = 'x'.repeat(EVENT_BYTES);
  const service = fakeGenerations({
    async *generateStream({ prompt }, _caller, _afterSeq, signal): AsyncGenerator<GenerationEvent> {
      for (let seq = 1; !signal.aborted; seq += 1) {
        pulls.set(prompt, seq);
        for (const waiter of waiters) {
          if (waiter.prompt === prompt && seq > waiter.count) waiter.resolve();
        }
        yield { type: 'delta', generationId: '1', seq, offset: 0, text };
      }
    },
  });
  return {
    service,
    pulled: (prompt: string) => pulls.get(prompt) ?? 0,
    pulledMoreThan: (prompt: string, count: number) =>
      new Promise<void>((resolve) => waiters.push({ prompt, count, resolve })),
  };
}

async function openSlowSocket(server: TestServer): Promise<SlowReader> {
  const socket = await connect(server.wsUrl);
  socket.send({ id: '1', type: 'subscribe', payload: follow('slow') });
  await socket.next();
  socket.pause();
  return {
    readOn: () => socket.resume(),
    async [Symbol.asyncDispose]() {
      socket.terminate();
    },
  };
}

async function openSlowEventStream(server: TestServer): Promise<SlowReader> {
  const call = request(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  call.end(JSON.stringify(follow('slow')));
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return {
    readOn: () => void response.resume(),
    async [Symbol.asyncDispose]() {
      response.destroy();
    },
  };
}
