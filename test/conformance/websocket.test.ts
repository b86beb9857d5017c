import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { caller, fakeGenerations, operator } from '../support/fake-services.ts';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { hangingGenerations } from '../support/hanging-generations.ts';
import { FOLLOW, HEALTH, input } from '../support/operations.ts';
import { connect } from '../support/raw-socket.ts';

const follow = { query: FOLLOW, variables: { input } };
const health = { query: HEALTH };

const PING_INTERVAL_MS = 12_000;

describe('an operation on a socket that is not run', () => {
  it.each([
    ['has a syntax error', '{', 'GRAPHQL_PARSE_FAILED'],
    ['is not valid', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['is too deep', '{ health { status } }', 'OPERATION_TOO_DEEP'],
    ['is no operation', 'fragment F on Query { __typename }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('because it %s is answered by an error, and the socket goes on', async (_why, query, code) => {
    await using server = await startGraphqlServer({ config: { maxDepth: 1 } });
    using socket = await connect(server.wsUrl);
    socket.send({ id: '1', type: 'subscribe', payload: { query } });
    expect(await socket.next()).toEqual({
      id: '1',
      type: 'error',
      payload: [expect.objectContaining({ extensions: expect.objectContaining({ code }) })],
    });
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next' });
    expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  });

  it('because too many run is answered by an error, until one has ended', async () => {
    const { service, next } = hangingGenerations();
    await using server = await startGraphqlServer({
      services: { generations: service },
      config: { maxOperationsPerSocket: 2 },
    });
    using socket = await connect(server.wsUrl);
    for (const id of ['1', '2']) {
      socket.send({ id, type: 'subscribe', payload: follow });
      await next();
      expect(await socket.next()).toMatchObject({ id, type: 'next' });
    }
    socket.send({ id: '3', type: 'subscribe', payload: health });
    expect(await socket.next()).toMatchObject({
      id: '3',
      type: 'error',
      payload: [{ extensions: { code: 'TOO_MANY_OPERATIONS' } }],
    });
    socket.send({ id: '1', type: 'complete' });
    socket.send({ id: '4', type: 'subscribe', payload: health });
    expect(await socket.next()).toMatchObject({ id: '4', type: 'next' });
  });
});

describe('a socket', () => {
  it('says nothing more of an operation that its client completed, even before it began', async () => {
    await using server = await startGraphqlServer();
    using socket = await connect(server.wsUrl);
    socket.send({ id: '1', type: 'subscribe', payload: follow });
    socket.send({ id: '1', type: 'complete' });
    socket.send({ id: '2', type: 'subscribe', payload: health });
    expect(await socket.next()).toMatchObject({ id: '2', type: 'next' });
    expect(await socket.next()).toEqual({ id: '2', type: 'complete' });
  });

  it('does nothing for a client that goes on after it was closed', async () => {
    const generateStream = vi.fn(fakeGenerations().generateStream);
    await using server = await startGraphqlServer({
      services: { generations: fakeGenerations({ generateStream }) },
    });
    using socket = await connect(server.wsUrl);
    socket.send({ type: 'connection_init' });
    socket.send({ id: '1', type: 'subscribe', payload: follow });
    expect(await socket.closed).toBe(4429);
    expect(generateStream).not.toHaveBeenCalled();
  });

  it('answers a ping', async () => {
    await using server = await startGraphqlServer();
    using socket = await connect(server.wsUrl);
    socket.send({ type: 'ping', payload: { at: 1 } });
    expect(await socket.next()).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  it.each([
    ['authorization among its parameters', { params: { authorization: 'Bearer key' } }],
    ['Authorization among its parameters', { params: { Authorization: 'Bearer key' } }],
    ['the header of its handshake', { headers: { authorization: 'Bearer key' } }],
  ])('is told who it is by %s', async (_how, credentials) => {
    await using server = await startGraphqlServer({
      authenticate: async ({ authorization }) =>
        authorization === 'Bearer key' ? operator : caller,
    });
    using socket = await connect(server.wsUrl, credentials);
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ rollout { cacheEnabled } }' } });
    expect(await socket.next()).toMatchObject({ payload: { data: { rollout: {} } } });
  });

  it('is cut when it leaves a ping of the server unanswered until the next', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    await using server = await startGraphqlServer();
    using lively = await connect(server.wsUrl);
    using dead = await connect(server.wsUrl, { answersPings: false });
    for (let ping = 0; ping < 3; ping += 1) {
      vi.advanceTimersByTime(PING_INTERVAL_MS);
      // The answer to this comes after the answer to the ping.
      lively.send({ type: 'ping' });
      expect(await lively.next()).toEqual({ type: 'pong' });
    }
    expect(await dead.closed).toBe(1006);
  });

  it('authenticates once, however many operations it carries', async () => {
    let asked = 0;
    await using server = await startGraphqlServer({
      authenticate: async () => {
        asked += 1;
        return caller;
      },
    });
    using socket = await connect(server.wsUrl);
    for (const id of ['1', '2']) {
      socket.send({ id, type: 'subscribe', payload: health });
      expect(await socket.next()).toMatchObject({ id, type: 'next' });
      expect(await socket.next()).toMatchObject({ id, type: 'complete' });
    }
    expect(asked).toBe(1);
  });
});
