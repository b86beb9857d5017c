import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import {
  type OpenAiEncoderOptions,
  openOpenAiEncoder,
} from '../../../src/embedding/openai-encoder.ts';
import {
  embeddingsFor,
  inputsOf,
  SERVER_DIMENSIONS,
  startEmbeddingsServer,
} from '../../support/embeddings-server.ts';
import { neverAborted } from '../../support/upstream-call.ts';
import { respond, type Script } from '../../support/upstream-script.ts';
import { cosine } from '../../support/vectors.ts';

const HANG: Script = [{ type: 'hang' }];
const RESET: Script = [{ type: 'reset' }];

/** An encoder that knows how long its vectors are, so that it asks for nothing by itself, and its server. */
async function openEncoder(options: Partial<OpenAiEncoderOptions> = {}) {
  const server = await startEmbeddingsServer();
  const encoder = await openOpenAiEncoder(
    { baseUrl: server.baseUrl, apiKey: 'secret', model: 'words', dimensions: 8, ...options },
    neverAborted(),
  );
  return {
    server,
    encoder,
    encode: (text: string, signal = neverAborted()) => encoder.encode(text, signal),
    async [Symbol.asyncDispose]() {
      await encoder[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  );
}

describe('an encoder behind a server', () => {
  it('asks as OpenAI wants to be asked', async () => {
    await using opened = await openEncoder();
    await opened.encode('Why?');
    const call = await opened.server.call(0);
    expect(call.path).toBe('/v1/embeddings');
    expect(call.headers).toMatchObject({ authorization: 'Bearer secret' });
    expect(call.body).toEqual({ model: 'words', input: ['Why?'], dimensions: 8 });
  });

  it('sends no key where there is none', async () => {
    await using opened = await openEncoder({ apiKey: null });
    await opened.encode('Why?');
    expect((await opened.server.call(0)).headers).not.toHaveProperty('authorization');
  });

  it('asks for one vector first where it does not know how long they are', async () => {
    await using opened = await openEncoder({ dimensions: null });
    expect(opened.encoder.dimensions).toBe(SERVER_DIMENSIONS);
    await opened.encode('Why?');
    expect(opened.server.calls).toHaveLength(2);
    expect((await opened.server.call(1)).body).toEqual({ model: 'words', input: ['Why?'] });
  });

  it('is called by its server, its model and its dimensions', async () => {
    await using opened = await openEncoder();
    expect(opened.encoder.id).toBe(`${new URL(opened.server.baseUrl).host}/words/8`);
  });

  it('sends calls that come together in one request', async () => {
    await using opened = await openEncoder();
    const vectors = await Promise.all(['one', 'two', 'three'].map((text) => opened.encode(text)));
    expect(opened.server.calls.map(inputsOf)).toEqual([['one', 'two', 'three']]);
    expect(cosine(vectors[1] ?? new Float32Array(), await opened.encode('two'))).toBeCloseTo(1, 5);
  });

  it('puts no more than 256 texts into a request', async () => {
    await using opened = await openEncoder();
    await Promise.all(Array.from({ length: 300 }, (_, at) => opened.encode(`text ${at}`)));
    expect(opened.server.calls.map((call) => inputsOf(call).length).sort()).toEqual([256, 44]);
  });

  it('puts vectors in the order of the texts, not of the response', async () => {
    await using opened = await openEncoder();
    const [one, two] = await Promise.all([opened.encode('one'), opened.encode('two')]);
    opened.server.answersAll((call) => {
      const { data, ...rest } = embeddingsFor(call);
      return respond(200, { ...rest, data: data.reverse() });
    });
    const again = await Promise.all([opened.encode('one'), opened.encode('two')]);
    expect(again).toEqual([one, two]);
  });

  it('sends texts alone when a request of several is refused, so that one spoils no other', async () => {
    await using opened = await openEncoder();
    opened.server.answersAll((call) =>
      inputsOf(call).includes('bad') ? respond(400, {}) : respond(200, embeddingsFor(call)),
    );
    const [good, bad, better] = await Promise.all([
      opened.encode('good'),
      failureOf(opened.encode('bad')),
      opened.encode('better'),
    ]);
    expect([good, better].every((vector) => vector.length === 8)).toBe(true);
    expect(bad).toMatchObject({ code: 'UPSTREAM_REJECTED' });
    expect(opened.server.calls).toHaveLength(4);
  });

  it('reads the beginning of a text that is too long for a server', async () => {
    await using opened = await openEncoder();
    await opened.encode('x'.repeat(100_000));
    expect(inputsOf(await opened.server.call(0))[0]).toHaveLength(8_000);
  });

  it.each<[string, Script, string]>([
    ['a wrong key', respond(401, {}), 'UPSTREAM_REJECTED'],
    ['too many requests', respond(429, {}), 'UPSTREAM_RATE_LIMITED'],
    ['a server that fails', respond(500, {}), 'UPSTREAM_UNAVAILABLE'],
    ['a connection that breaks', RESET, 'UPSTREAM_UNAVAILABLE'],
    ['no JSON', respond(200, 'hello'), 'UPSTREAM_PROTOCOL'],
    ['no vectors', respond(200, { data: [] }), 'UPSTREAM_PROTOCOL'],
    ['vectors of another length', vectorsOf([1, 2, 3]), 'UPSTREAM_PROTOCOL'],
    ['a vector without direction', vectorsOf([0, 0, 0, 0, 0, 0, 0, 0]), 'UPSTREAM_PROTOCOL'],
    ['what are no numbers', vectorsOf(['a', 0, 0, 0, 0, 0, 0, 0]), 'UPSTREAM_PROTOCOL'],
  ])('rejects for %s', async (_what, script, code) => {
    await using opened = await openEncoder();
    opened.server.answers(script);
    const [one, other] = await Promise.all([
      failureOf(opened.encode('one')),
      failureOf(opened.encode('one')),
    ]);
    expect(one).toBeInstanceOf(GatewayError);
    expect(one).toMatchObject({ code });
    expect(other).toBe(one);
    expect(opened.server.calls).toHaveLength(1);
    expect(await opened.encode('one')).toHaveLength(8);
  });

  it('leaves a request when all have left it, and not before', async () => {
    await using opened = await openEncoder();
    opened.server.answers(HANG);
    const [one, other] = [new AbortController(), new AbortController()];
    const calls = [opened.encode('one', one.signal), opened.encode('other', other.signal)];
    const request = await opened.server.call(0);
    let closed = false;
    void request.closed.then(() => {
      closed = true;
    });
    one.abort(new Error('left'));
    await expect(calls[0]).rejects.toThrow('left');
    await opened.encode('meanwhile');
    expect(closed).toBe(false);
    other.abort(new Error('left too'));
    await expect(calls[1]).rejects.toThrow('left too');
    expect(await request.closed).toMatchObject({ aborted: true });
  });

  it('does not send what was left before it was sent', async () => {
    await using opened = await openEncoder();
    const leaving = new AbortController();
    const left = opened.encode('left', leaving.signal);
    const stayed = opened.encode('stayed');
    leaving.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    await stayed;
    expect(opened.server.calls.map(inputsOf)).toEqual([['stayed']]);
  });

  it('is not opened when its server does not answer', async () => {
    const server = await startEmbeddingsServer();
    const options = { baseUrl: server.baseUrl, apiKey: null, model: 'words' };
    server.answers(respond(503, {}));
    await expect(openOpenAiEncoder(options, neverAborted())).rejects.toThrow('HTTP 503');
    server.answers(HANG);
    const opening = openOpenAiEncoder(options, AbortSignal.timeout(50));
    await expect(opening).rejects.toMatchObject({ name: 'TimeoutError' });
    await server[Symbol.asyncDispose]();
  });
});

function vectorsOf(embedding: readonly unknown[]): Script {
  return respond(200, { data: [0, 1].map((index) => ({ index, embedding })) });
}
