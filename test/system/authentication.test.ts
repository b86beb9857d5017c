import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { comesBack } from '../support/followers.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { connectClient } from '../support/gateway-clients.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { ASK, FOLLOW, input } from '../support/operations.ts';
import { connect, openSocket } from '../support/raw-socket.ts';
import { spawnGateway } from '../support/spawn-gateway.ts';
import { inSeconds, startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';
import { post, transports, withKey } from '../support/transports.ts';
import { hang, role, say } from '../support/upstream-script.ts';

const KEY = 'hush-key-of-acme-0123456789';
const OPERATOR = 'hush-key-of-an-operator-0123456789';
const NEW = 'hush-key-that-is-new-0123456789';

const CONTENT = {
  keys: [
    { tenant: 'acme', key: KEY },
    { tenant: 'acme', key: OPERATOR, operator: true },
  ],
  tenants: [{ tenant: 'globex', maxTier: 'small' }],
};

const ROLLOUT = 'query Rollout { rollout { cacheEnabled } }';

/** A changed file of keys is found within a second. */
const POLL = { timeout: 5_000 };

type Guarded = AsyncDisposable & {
  readonly gateway: Gateway;
  readonly file: KeysFile;
  readonly issuer: TokenIssuer;
};

/** A gateway that knows its callers by keys and by tokens. */
async function startGuarded(prepare: (issuer: TokenIssuer) => void = () => {}): Promise<Guarded> {
  await using starting = new AsyncDisposableStack();
  const file = starting.use(await writeKeysFile(CONTENT));
  const issuer = starting.use(await startTokenIssuer());
  prepare(issuer);
  const gateway = starting.use(
    await startGateway({
      API_KEYS_FILE: file.path,
      ...issuer.environment,
      JWT_OPERATOR_CLAIM: 'admin',
    }),
  );
  gateway.upstream.answersAll(() => say('Starter feed.'));
  const running = starting.move();
  return { gateway, file, issuer, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

/** The code with which a socket is closed that shows this. */
async function closeCodeFor({ wsUrl }: Gateway, credentials: object): Promise<number> {
  using socket = await openSocket(wsUrl);
  socket.send({ type: 'connection_init', payload: credentials });
  return await socket.closed;
}

describe.each(transports)('over $name', ({ name, run }) => {
  const operation = { query: ASK, variables: { input } };

  it('a caller with a key or a token is answered', async () => {
    await using guarded = await startGuarded();
    const { gateway, issuer } = guarded;
    for (const secret of [KEY, OPERATOR, await issuer.sign()]) {
      const [result] = await run(gateway, operation, bearer(secret));
      expect(result?.data?.['generate']).toMatchObject({ text: 'Starter feed.' });
    }
  });

  it('a field for operators is for a key or a token of an operator alone', async () => {
    await using guarded = await startGuarded();
    const { gateway, issuer } = guarded;
    for (const secret of [OPERATOR, await issuer.sign({ admin: true })]) {
      const [result] = await run(gateway, { query: ROLLOUT }, bearer(secret));
      expect(result?.data).toEqual({ rollout: { cacheEnabled: true } });
    }
    for (const secret of [KEY, await issuer.sign()]) {
      const [result] = await run(gateway, { query: ROLLOUT }, bearer(secret));
      expect(result).toMatchObject({
        data: { rollout: null },
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    }
  });

  it('a caller without, or with a wrong one, is refused before anything runs', async () => {
    await using guarded = await startGuarded();
    const { gateway, issuer } = guarded;
    const wrong = [
      {},
      bearer(NEW),
      { authorization: KEY },
      bearer(await issuer.sign({ aud: 'another' })),
      bearer(await issuer.sign({ exp: inSeconds(-60) })),
    ];
    for (const credentials of wrong) {
      if (name === 'WebSocket') {
        expect(await closeCodeFor(gateway, credentials)).toBe(4401);
      } else {
        const [result] = await run(gateway, operation, credentials);
        expect(result?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
      }
    }
    expect(gateway.upstream.calls).toEqual([]);
    expect(inspect(gateway.logs, { depth: 9 })).not.toMatch(/hush|eyJ/);
  });
});

describe('a caller', () => {
  it('who is refused over HTTP is told how to say who he is', async () => {
    await using guarded = await startGuarded();
    const response = await post(
      guarded.gateway,
      { query: ASK, variables: { input } },
      { accept: 'application/graphql-response+json' },
    );
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  });

  it('with a token may what the file of keys says of its tenant', async () => {
    await using guarded = await startGuarded();
    const { gateway, issuer } = guarded;
    for (const tenant of ['globex', 'initech']) {
      await askForAnswer(withKey(gateway, await issuer.sign({ tenant })), input);
    }
    expect(gateway.upstream.calls.map(({ body }) => body.model)).toEqual([
      'small-model',
      'large-model',
    ]);
  });

  it('on this machine is no operator once there are keys', async () => {
    await using file = await writeKeysFile({ keys: [] });
    await using gateway = await startGateway({ API_KEYS_FILE: file.path });
    expect((await post(gateway, { query: ROLLOUT })).status).toBe(401);
  });
});

describe('a token that expires', () => {
  it('closes its socket so that the client comes back with a fresh one, and hears the rest', async () => {
    await using guarded = await startGuarded();
    const { gateway, issuer } = guarded;
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const tokens = [await issuer.sign({ exp: inSeconds(-2) }), await issuer.sign()];
    const closes: number[] = [];
    await using client = connectClient(gateway, {
      ...comesBack,
      connectionParams: () => bearer(tokens.shift() ?? 'none is left'),
      on: {
        closed(event) {
          closes.push((event as { code: number }).code);
          release();
        },
      },
    });
    const texts: unknown[] = [];
    const variables = { input: { ...input, cache: { mode: 'BYPASS' } } };
    for await (const { data } of client.iterate({ query: FOLLOW, variables })) {
      texts.push(data?.['generateStream']);
    }
    expect(texts.at(-1)).toMatchObject({
      __typename: 'GenerationFinished',
      generation: { text: 'Starter feed.' },
    });
    expect(closes[0]).toBe(4403);
    expect(tokens).toEqual([]);
    expect(gateway.upstream.calls).toHaveLength(1);
  });
});

describe('a file of keys that changes', () => {
  it('takes away a key: its sockets are closed, and no new one is opened', async () => {
    await using guarded = await startGuarded();
    const { gateway, file } = guarded;
    gateway.upstream.answers([role(), hang]);
    using socket = await connect(gateway.wsUrl, { params: bearer(KEY) });
    using other = await connect(gateway.wsUrl, { params: bearer(OPERATOR) });
    socket.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW, variables: { input } } });
    expect(await socket.next()).toMatchObject({ type: 'next' });

    await file.write({ keys: CONTENT.keys.slice(1) });
    expect(await socket.closed).toBe(4403);
    expect(await closeCodeFor(gateway, bearer(KEY))).toBe(4401);
    other.send({ id: '1', type: 'subscribe', payload: { query: ROLLOUT } });
    expect(await other.next()).toMatchObject({ type: 'next', payload: { data: {} } });
  });

  it('ends an event stream whose key is taken away or whose token expires', async () => {
    await using guarded = await startGuarded();
    const { gateway, file, issuer } = guarded;
    const query = 'subscription { statsChanged(intervalMs: 1000) { at } }';
    const listen = (secret: string, accept = 'text/event-stream') =>
      post(gateway, { query }, { accept, ...bearer(secret) });
    const token = await issuer.sign({ admin: true, exp: inSeconds(-3) });
    const streams = [await listen(OPERATOR), await listen(OPERATOR, '*/*'), await listen(token)];
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    await file.write({ keys: [{ tenant: 'acme', key: KEY }] });
    const texts = await Promise.all(streams.map((response) => response.text()));
    const whole = expect.stringMatching(/statsChanged.*event: complete/s);
    expect(texts).toEqual([whole, whole, whole]);
    expect((await listen(OPERATOR)).status).toBe(401);
  });

  it('does nothing for a client that goes on after its key was taken away', async () => {
    await using guarded = await startGuarded();
    const { gateway, file } = guarded;
    using socket = await connect(gateway.wsUrl, { params: bearer(KEY) });
    socket.pause();
    await file.write({ keys: CONTENT.keys.slice(1) });
    const reads = () => gateway.logs.filter(({ message }) => message === 'API keys read');
    await expect.poll(reads, POLL).toHaveLength(2);
    const payload = { query: FOLLOW, variables: { input: { prompt: 'One more?' } } };
    socket.send({ id: '1', type: 'subscribe', payload });
    socket.resume();
    expect(await socket.closed).toBe(4403);
    await askForAnswer(withKey(gateway, OPERATOR), input);
    expect(gateway.upstream.calls.map(({ body }) => body.messages.at(-1)?.content)).toEqual([
      input.prompt,
    ]);
  });

  it('adds a key without a restart', async () => {
    await using guarded = await startGuarded();
    const { gateway, file } = guarded;
    const status = async () =>
      (await post(gateway, { query: ROLLOUT }, { authorization: `Bearer ${NEW}` })).status;
    expect(await status()).toBe(401);
    await file.write({ keys: [...CONTENT.keys, { tenant: 'initech', key: NEW }] });
    await expect.poll(status, POLL).toBe(200);
  });

  it('closes the socket of a key that is another tenant’s, or no operator’s any more', async () => {
    await using guarded = await startGuarded();
    const { gateway, file } = guarded;
    using plain = await connect(gateway.wsUrl, { params: bearer(KEY) });
    using operator = await connect(gateway.wsUrl, { params: bearer(OPERATOR) });
    await file.write({
      keys: [
        { tenant: 'globex', key: KEY },
        { tenant: 'acme', key: OPERATOR },
      ],
    });
    expect(await Promise.all([plain.closed, operator.closed])).toEqual([4403, 4403]);
  });

  it('makes a socket an operator’s while it stays open', async () => {
    await using guarded = await startGuarded();
    const { gateway, file } = guarded;
    using socket = await connect(gateway.wsUrl, { params: bearer(KEY) });
    let asked = 0;
    const answer = async () => {
      asked += 1;
      socket.send({ id: String(asked), type: 'subscribe', payload: { query: ROLLOUT } });
      const { payload } = await socket.next();
      expect(await socket.next()).toMatchObject({ type: 'complete' });
      return (payload as { data: { rollout: object | null } }).data.rollout;
    };
    expect(await answer()).toBeNull();
    await file.write({ keys: [{ tenant: 'acme', key: KEY, operator: true }] });
    await expect.poll(answer, POLL).toEqual({ cacheEnabled: true });
  });

  it('changes nothing while it is broken, which the log tells without a key', async () => {
    await using guarded = await startGuarded();
    const { gateway, file } = guarded;
    using socket = await connect(gateway.wsUrl, { params: bearer(KEY) });
    await file.write(`{"keys":[{"tenant":"acme","key":"${NEW}",}]}`);
    const failures = () => gateway.logs.filter(({ level }) => level === 'error');
    await expect.poll(failures, POLL).toHaveLength(1);
    socket.send({ id: '1', type: 'subscribe', payload: { query: ROLLOUT } });
    expect(await socket.next()).toMatchObject({ type: 'next' });
    expect((await post(gateway, { query: ROLLOUT }, bearer(KEY))).status).toBe(200);
    expect((await post(gateway, { query: ROLLOUT }, bearer(NEW))).status).toBe(401);
    expect(inspect(gateway.logs, { depth: 9 })).not.toContain('hush');
  });
});

describe('while the keys that sign tokens cannot be fetched', () => {
  it('a token is neither good nor bad, and a key is as good as ever', async () => {
    await using guarded = await startGuarded((issuer) => issuer.serve(503));
    const { gateway, issuer } = guarded;
    const token = await issuer.sign();
    const ask = () => post(gateway, { query: ROLLOUT }, bearer(token));
    const response = await ask();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }],
    });
    expect(await closeCodeFor(gateway, bearer(token))).toBe(1013);
    expect((await post(gateway, { query: ROLLOUT }, bearer(KEY))).status).toBe(200);

    issuer.serve(null);
    await expect.poll(async () => (await ask()).status, POLL).toBe(200);
    expect(inspect(gateway.logs, { depth: 9 })).not.toMatch(/hush|eyJ/);
  });
});

describe('the process', () => {
  it('does not start with a file of keys that is wrong, and tells what is, without a key', async () => {
    await using file = await writeKeysFile({ keys: [{ tenant: '', key: KEY, window: 'day' }] });
    const error = await spawnGateway({ API_KEYS_FILE: file.path }).then(
      () => '',
      (thrown: Error) => thrown.message,
    );
    expect(error).toBe(
      [
        'The gateway ended with 1:',
        'API_KEYS_FILE has 2 problem(s):',
        '- keys[0].tenant must be 1 to 128 characters, none of them a control character.',
        '- keys[0].window needs budgetUsd beside it.',
      ].join('\n'),
    );
  });

  it('tells who may call', async () => {
    await using file = await writeKeysFile(CONTENT);
    await using open = await spawnGateway();
    await using guarded = await spawnGateway({ API_KEYS_FILE: file.path, HOST: '0.0.0.0' });
    const told = (lines: readonly string[]) => lines.join('\n');
    await expect.poll(() => told(open.lines)).toContain('No API keys: everyone on this machine');
    expect(told(open.lines)).toContain('"callers":"open"');
    expect(told(guarded.lines)).toContain('"callers":"keys"');
    expect(told(guarded.lines)).not.toMatch(/No API keys|hush/);
  });
});
