import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  type OpenAiCompatibleOptions,
  openAiCompatible,
} from '../../../src/upstream/openai-compatible.ts';
import type { UpstreamCall } from '../../../src/upstream/port.ts';
import { collect } from '../../support/collect.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { startScriptedUpstream } from '../../support/scripted-upstream.ts';
import {
  finishOf,
  neverAborted,
  outcomeOf,
  textOf,
  upstreamCall,
} from '../../support/upstream-call.ts';
import {
  bytesOf,
  chunk,
  data,
  delta,
  done,
  errorChunk,
  finish,
  hang,
  head,
  raw,
  reset,
  respond,
  role,
  type Script,
  say,
  until,
  usageChunk,
} from '../../support/upstream-script.ts';

describe('the request', () => {
  it('asks for a stream with usage, and leaves out what the caller left open', async () => {
    await using test = await start(say('Hi.'));
    await test.ask();

    const [call] = test.server.calls;
    expect(call?.path).toBe('/v1/chat/completions');
    expect(call?.body).toEqual({
      model: 'scripted-model',
      messages: [{ role: 'user', content: 'Why is the sky blue?' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'text/event-stream',
    });
    expect(call?.headers.authorization).toBeUndefined();
  });

  it('passes on the system prompt, the history and every parameter', async () => {
    await using test = await start(say('Hi.'));
    await test.ask({
      system: 'Be brief.',
      messages: [
        { role: 'USER', content: 'Hello' },
        { role: 'ASSISTANT', content: 'Hello!' },
        { role: 'USER', content: 'And now?' },
      ],
      maxTokens: 64,
      temperature: 0,
      topP: 0.9,
      stop: ['END'],
      seed: 0,
    });

    expect(test.server.calls[0]?.body).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hello!' },
        { role: 'user', content: 'And now?' },
      ],
      max_tokens: 64,
      temperature: 0,
      top_p: 0.9,
      stop: ['END'],
      seed: 0,
    });
  });

  it('passes on the response format', async () => {
    await using test = await start(say('{}'), say('{}'));
    await test.ask({ responseFormat: { kind: 'JSON' } });
    await test.ask({
      responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: '{"type":"object","properties":{}}' },
    });

    expect(test.server.calls.map((call) => call.body['response_format'])).toEqual([
      { type: 'json_object' },
      {
        type: 'json_schema',
        json_schema: { name: 'answer', schema: { type: 'object', properties: {} } },
      },
    ]);
  });

  it('sends the key as a bearer token, and names the token bound as it was told to', async () => {
    await using test = await startWith(
      { apiKey: 'sk-test', maxTokensField: 'max_completion_tokens' },
      say('Hi.'),
    );
    await test.ask({ maxTokens: 5 });

    const [call] = test.server.calls;
    expect(call?.headers.authorization).toBe('Bearer sk-test');
    expect(call?.body).toMatchObject({ max_completion_tokens: 5 });
    expect(call?.body).not.toHaveProperty('max_tokens');
  });

  it('is not sent before the stream is iterated', async () => {
    await using test = await start(say('Hi.'));
    test.upstream.stream(upstreamCall(), neverAborted());
    await test.ask();
    expect(test.server.calls).toHaveLength(1);
  });
});

describe('the answer', () => {
  it('is streamed: a text is there before the next one is sent', async () => {
    const firstWasRead = Promise.withResolvers<void>();
    await using test = await start([
      role(),
      delta('first'),
      until(firstWasRead.promise),
      ...say(' second'),
    ]);
    const parts = test.upstream.stream(upstreamCall(), neverAborted())[Symbol.asyncIterator]();
    expect((await parts.next()).value).toEqual({ type: 'text', text: 'first' });
    firstWasRead.resolve();
    expect((await parts.next()).value).toEqual({ type: 'text', text: ' second' });
  });

  it('carries the usage that comes after the finish reason', async () => {
    await using test = await start([delta('Hi.'), finish(), usageChunk(12, 3), done]);
    const { parts } = await test.ask();
    expect(finishOf(parts)).toMatchObject({
      finishReason: 'STOP',
      usage: { inputTokens: 12, outputTokens: 3 },
    });
  });

  it.each<[string, Script]>([
    ['[DONE] is missing', [delta('Hi.'), finish()]],
    ['the usage is missing', [delta('Hi.'), finish(), done]],
    ['the connection hangs after the finish reason', [delta('Hi.'), finish(), hang]],
    ['the connection breaks after the finish reason', [delta('Hi.'), finish(), reset]],
    ['the last blank line is missing', [delta('Hi.'), raw(String(bytesOf([finish()])).trimEnd())]],
  ])('is whole when %s', async (_what, script) => {
    await using test = await startWith({ usageWaitMs: 50 }, script);
    const { parts, error } = await test.ask();
    expect(error).toBeNull();
    expect(textOf(parts)).toBe('Hi.');
    expect(finishOf(parts)).toMatchObject({ finishReason: 'STOP', usage: null });
  });

  it('may come with CRLF, comments, data on several lines, and one byte at a time', async () => {
    const stream = [
      ': welcome',
      'data: {"choices":[{"index":0,',
      'data: "delta":{"content":"grün 🌿"}}]}',
      '',
      ': keep-alive',
      'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
      '',
      'data: [DONE]',
      '',
      '',
    ].join('\r\n');
    await using test = await start(
      [...Buffer.from(stream)].map((byte) => raw(Uint8Array.of(byte))),
    );
    const { parts, error } = await test.ask();
    expect(error).toBeNull();
    expect(textOf(parts)).toBe('grün 🌿');
  });

  it('may hold a delta of 1 MB', async () => {
    const large = 'é'.repeat(500_000);
    await using test = await start(say([large, 'end']));
    const { parts } = await test.ask();
    expect(textOf(parts) === `${large}end`).toBe(true);
  });

  it('is understood when the server does not stream', async () => {
    const choice = { index: 0, message: { content: 'Whole.' }, finish_reason: 'stop' };
    const usage = { prompt_tokens: 4, completion_tokens: 2 };
    await using test = await start(respond(200, { model: 'm', choices: [choice], usage }));
    const { parts } = await test.ask();
    expect(parts).toEqual([
      { type: 'text', text: 'Whole.' },
      {
        type: 'finish',
        finishReason: 'STOP',
        model: 'm',
        usage: { inputTokens: 4, outputTokens: 2 },
      },
    ]);
  });

  it('leaves its connection to the next call', async () => {
    await using test = await start(
      say('one'),
      respond(400, { error: { type: 'invalid_request_error' } }),
      respond(200, { choices: [{ message: { content: 'three' }, finish_reason: 'stop' }] }),
      say('four'),
    );
    for (let call = 0; call < 4; call++) {
      await test.ask();
      await test.server.calls[call]?.closed;
    }
    expect(test.server.connections).toBe(1);
  });
});

describe('a call that fails', () => {
  it.each<[string, Script, string, boolean]>([
    [
      'an error in mid-stream',
      [delta('Half'), errorChunk({ message: 'out of memory', code: 500 })],
      'UPSTREAM_UNAVAILABLE',
      true,
    ],
    ['a malformed line', [delta('Half'), data('{"choices":[{]')], 'UPSTREAM_PROTOCOL', true],
    ['the end of the bytes before the end', [delta('Half')], 'UPSTREAM_PROTOCOL', true],
    [
      'the end of the bytes within an event',
      [delta('Half'), raw('data: {"choices":[{"del')],
      'UPSTREAM_PROTOCOL',
      true,
    ],
    [
      'a tool call',
      [delta('Half'), chunk({ choices: [{ delta: { tool_calls: [{ index: 0 }] } }] })],
      'UPSTREAM_PROTOCOL',
      false,
    ],
  ])('keeps the texts that came before %s', async (_what, script, code, retryable) => {
    await using test = await start(script);
    const { parts, error } = await test.ask();
    expect(textOf(parts)).toBe('Half');
    expect(parts.some((part) => part.type === 'finish')).toBe(false);
    expect(error).toMatchObject({ name: 'GatewayError', code, retryable });
  });

  it('keeps the texts that came before the connection broke', async () => {
    const halfWasRead = Promise.withResolvers<void>();
    await using test = await start([delta('Half'), until(halfWasRead.promise), reset]);
    const parts = test.upstream.stream(upstreamCall(), neverAborted())[Symbol.asyncIterator]();
    expect((await parts.next()).value).toEqual({ type: 'text', text: 'Half' });
    halfWasRead.resolve();
    await expect(parts.next()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
    });
  });

  it.each<[string, Script, string, boolean]>([
    ['HTML', respond(200, '<html>Welcome</html>'), 'UPSTREAM_PROTOCOL', false],
    ['JSON that is cut off', jsonText('{"choices":'), 'UPSTREAM_PROTOCOL', true],
    [
      'an error object with status 200',
      respond(200, { error: { code: 429 } }),
      'UPSTREAM_RATE_LIMITED',
      true,
    ],
    ['a broken connection', [reset], 'UPSTREAM_UNAVAILABLE', true],
    [
      'status 404',
      respond(404, { error: { code: 'model_not_found' } }),
      'UPSTREAM_REJECTED',
      false,
    ],
    ['status 500', respond(500, 'Internal Server Error'), 'UPSTREAM_UNAVAILABLE', true],
    [
      'an error body that never ends',
      [head(503), raw('{"err'), hang],
      'UPSTREAM_UNAVAILABLE',
      true,
    ],
  ])('says so when it is answered with %s', async (_what, script, code, retryable) => {
    await using test = await start(script);
    const { parts, error } = await test.ask();
    expect(parts).toEqual([]);
    expect(error).toMatchObject({ name: 'GatewayError', code, retryable });
  });

  it('carries what the server said of a retry', async () => {
    const clock = fakeClock(Date.parse('2026-11-24T12:00:00Z'));
    const headers = { 'retry-after': 'Tue, 24 Nov 2026 12:00:05 GMT' };
    await using test = await startWith({ clock }, respond(429, {}, headers));
    const { error } = await test.ask();
    expect(error).toMatchObject({ code: 'UPSTREAM_RATE_LIMITED', retryAfterMs: 5_000 });
  });

  it('is retryable when nobody listens', async () => {
    await using upstream = openAiCompatible({
      name: 'nobody',
      baseUrl: `http://127.0.0.1:${await unusedPort()}`,
      apiKey: null,
    });
    const { error } = await outcomeOf(upstream.stream(upstreamCall(), neverAborted()));
    expect(error).toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      retryable: true,
      message: 'The connection to the upstream nobody failed (ECONNREFUSED).',
    });
  });

  it('is retryable when the name of the host is not known', async () => {
    await using upstream = openAiCompatible({
      name: 'nowhere',
      baseUrl: 'http://host.invalid/v1',
      apiKey: null,
    });
    const { error } = await outcomeOf(upstream.stream(upstreamCall(), neverAborted()));
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  });

  it('says nothing of the prompt, the key or the answer', async () => {
    const echo = { error: { message: 'Why is the sky blue? sk-secret', code: 'sk-secret-1' } };
    await using test = await startWith(
      { apiKey: 'sk-secret' },
      respond(401, echo),
      [delta('answer'), data('Why is the sky blue? {')],
      [errorChunk(echo.error)],
    );
    for (let call = 0; call < 3; call++) {
      const { error } = await test.ask();
      expect(String(error)).toMatch(/^GatewayError: /);
      expect(String(error)).not.toMatch(/sky|secret|answer\b(?! before|ed)/);
    }
  });
});

describe('a caller that leaves', () => {
  it.each<[string, Script, number]>([
    ['before the headers', [hang], 0],
    ['before the first text', [role(), hang], 0],
    ['in the middle', [delta('Half'), hang], 1],
  ])('closes the connection at once: %s', async (_when, script, partsRead) => {
    await using test = await start(script);
    const caller = new AbortController();
    const parts = test.upstream.stream(upstreamCall(), caller.signal)[Symbol.asyncIterator]();
    for (let read = 0; read < partsRead; read++) await parts.next();
    const pending = parts.next();
    const call = await test.server.call(0);
    const reason = new Error('left');

    const abortedAt = performance.now();
    caller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    const closing = await call.closed;

    expect(closing).toMatchObject({ aborted: true });
    expect(performance.now() - abortedAt).toBeLessThan(200);
  });

  it('closes the connection while it still holds a part', async () => {
    await using test = await start([delta('Half'), hang]);
    const caller = new AbortController();
    const parts = test.upstream.stream(upstreamCall(), caller.signal)[Symbol.asyncIterator]();
    await parts.next();
    caller.abort(new Error('left'));

    expect(await test.server.calls[0]?.closed).toEqual({ aborted: true, chunksSent: 1 });
  });

  it('closes the connection by leaving the loop', async () => {
    await using test = await start([delta('Half'), hang]);
    for await (const part of test.upstream.stream(upstreamCall(), neverAborted())) {
      expect(part).toEqual({ type: 'text', text: 'Half' });
      break;
    }
    expect(await test.server.calls[0]?.closed).toMatchObject({ aborted: true });
  });

  it('hears nothing of what had arrived already', async () => {
    await using test = await start([raw(bytesOf(say(['one', 'two', 'three'])))]);
    const caller = new AbortController();
    const heard: string[] = [];
    const listening = (async () => {
      for await (const part of test.upstream.stream(upstreamCall(), caller.signal)) {
        heard.push(part.type);
        caller.abort(new Error('left'));
      }
    })();
    await expect(listening).rejects.toThrow('left');
    expect(heard).toEqual(['text']);
  });
});

describe('a caller that does not read', () => {
  it('holds the upstream back', async () => {
    const block = delta('x'.repeat(256 * 1024));
    const chunks = 64;
    await using test = await start([...Array.from({ length: chunks }, () => block), ...say('end')]);
    const parts = test.upstream.stream(upstreamCall(), neverAborted())[Symbol.asyncIterator]();
    await parts.next();
    const call = await test.server.call(0);

    // Nothing tells that nothing happens any more: 16 MB would take loopback far less than this.
    const ended = await Promise.race([call.closed, quietly(300)]);
    expect(ended).toBe('still open');
    await parts.return?.();
    expect((await call.closed).chunksSent).toBeLessThan(chunks);
  });
});

/** A scripted server, the adapter in front of it, and a shorthand for asking. */
async function startWith(options: Partial<OpenAiCompatibleOptions>, ...scripts: Script[]) {
  const server = await startScriptedUpstream();
  server.answers(...scripts);
  const upstream = openAiCompatible({
    name: 'scripted',
    baseUrl: server.baseUrl,
    apiKey: null,
    ...options,
  });
  return {
    server,
    upstream,
    ask: (fields: Partial<UpstreamCall> = {}) =>
      outcomeOf(upstream.stream(upstreamCall(fields), neverAborted())),
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function start(...scripts: Script[]) {
  return startWith({}, ...scripts);
}

function jsonText(text: string): Script {
  return [head(200, { 'content-type': 'application/json' }), raw(text)];
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => resolve(port));
  });
  return promise;
}

function quietly(milliseconds: number): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, 'still open'));
}
