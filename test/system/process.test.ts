import { createClient } from 'graphql-ws';
import { describe, it } from 'vitest';
import { WebSocket } from 'ws';
import { FOLLOW } from '../support/operations.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { spawnGateway } from '../support/spawn-gateway.ts';
import { transports } from '../support/transports.ts';
import { delta, done, finish, hang, role, until } from '../support/upstream-script.ts';

const variables = { input: { prompt: 'What do day-old chicks eat?' } };

describe.concurrent('the process', () => {
  it('answers by the demo when nothing is configured, and says that it is no model', async ({
    expect,
  }) => {
    await using gateway = await spawnGateway({ DEMO_PACE: '0' });
    const [socket] = transports.filter(({ name }) => name === 'WebSocket');
    const results = (await socket?.run(gateway, { query: FOLLOW, variables })) ?? [];
    expect(JSON.stringify(results)).toContain('not a language model');
    const health = await (await fetch(`${gateway.origin}/health`)).json();
    expect(JSON.stringify(health)).toContain('no language model');
    expect((await fetch(`${gateway.origin}/ready`)).status).toBe(200);
  });

  it('drains on SIGTERM to `npm start`: a running answer ends, new work is refused', async ({
    expect,
  }) => {
    await using upstream = await startScriptedUpstream();
    const rest = Promise.withResolvers<void>();
    upstream.answers([
      role(),
      delta('Starter '),
      until(rest.promise),
      delta('feed.'),
      finish(),
      done,
    ]);
    await using gateway = await spawnGateway(
      { LLM_BASE_URL: upstream.baseUrl, MODEL_LARGE: 'large-model' },
      ['npm', 'start'],
    );
    const client = createClient({ url: gateway.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const events = client.iterate({ query: FOLLOW, variables });
    const heard = [await events.next(), await events.next()];

    gateway.child.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(`${gateway.origin}/ready`).then(
          ({ status }) => status,
          () => 'closed',
        ),
      )
      .not.toBe(200);
    rest.resolve();
    for await (const event of events) heard.push({ done: false, value: event });
    expect(JSON.stringify(heard)).toContain('"text":"Starter feed."');
    expect(await gateway.exited).toBe(0);
    expect(gateway.lines.join('\n')).toContain('"msg":"stopped"');
    await client.dispose();
  });

  it('ends an answer that outlasts the drain with a retryable failure', async ({ expect }) => {
    await using upstream = await startScriptedUpstream();
    upstream.answers([role(), delta('Starter '), hang]);
    await using gateway = await spawnGateway({
      LLM_BASE_URL: upstream.baseUrl,
      MODEL_LARGE: 'large-model',
      DRAIN_TIMEOUT_MS: '100',
    });
    const client = createClient({ url: gateway.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 });
    const events = client.iterate({ query: FOLLOW, variables });
    const heard = [await events.next(), await events.next()];
    gateway.child.kill('SIGTERM');
    for await (const event of events) heard.push({ done: false, value: event });
    expect(JSON.stringify(heard.at(-1))).toContain('SHUTTING_DOWN');
    expect(await gateway.exited).toBe(0);
    expect(await (await upstream.call(0)).closed).toMatchObject({ aborted: true });
    await client.dispose();
  });

  it('does not start with a bad configuration, and lists all that is wrong at once', async ({
    expect,
  }) => {
    const starting = spawnGateway({
      PORT: 'http',
      SLUICE_CACHE_TLL: '60',
      REDIS_URL: 'https://user:hush@host',
    });
    const error = await starting.then(
      () => null,
      (thrown: Error) => thrown.message,
    );
    expect(error).toContain('PORT must be a whole number');
    expect(error).toContain('SLUICE_CACHE_TLL is not known; did you mean SLUICE_CACHE_TTL?');
    expect(error).toContain('REDIS_URL must be a URL that begins with redis://');
    expect(error).not.toContain('hush');
  });

  it('tells of a port that is taken', async ({ expect }) => {
    await using first = await spawnGateway();
    // A Redis that is looked for in the background must not keep the process alive.
    const second = spawnGateway({
      PORT: new URL(first.origin).port,
      REDIS_URL: 'redis://127.0.0.1:1',
    });
    await expect(second).rejects.toThrow(/EADDRINUSE/);
  });

  it('logs one line a request, with ids and timings and without a word of it', async ({
    expect,
  }) => {
    await using gateway = await spawnGateway({ DEMO_PACE: '0' });
    const [http] = transports;
    const query = `query($input: GenerateInput!) { generate(input: $input) { __typename } }`;
    await http?.run(gateway, { query, variables });
    await http?.run(gateway, { query, variables });
    await expect
      .poll(() => gateway.lines.filter((line) => line.includes('"request"')).length)
      .toBe(2);
    const requests = gateway.lines
      .filter((line) => line.includes('"request"'))
      .map((line) => JSON.parse(line));
    expect(requests.map(({ cache }) => cache)).toEqual(['MISS', 'EXACT']);
    expect(requests[0]).toMatchObject({
      generationId: expect.any(String),
      totalMs: expect.any(Number),
    });
    expect(gateway.lines.join('\n')).not.toMatch(/day-old|language model/);
  });
});
