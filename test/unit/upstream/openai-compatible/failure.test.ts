import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openAiCompatible } from '../../../../src/upstream/openai-compatible.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { startOpenAiCompatible } from '../../../support/openai-compatible.ts';
import { neverAborted, outcomeOf, textOf, upstreamCall } from '../../../support/upstream-call.ts';
import {
  chunk,
  data,
  delta,
  errorChunk,
  hang,
  head,
  raw,
  reset,
  respond,
  type Script,
  until,
} from '../../../support/upstream-script.ts';

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
    await using test = await startOpenAiCompatible({}, script);
    const { parts, error } = await test.ask();
    expect(textOf(parts)).toBe('Half');
    expect(parts.some((part) => part.type === 'finish')).toBe(false);
    expect(error).toMatchObject({ name: 'GatewayError', code, retryable });
  });

  it('keeps the texts that came before the connection broke', async () => {
    const halfWasRead = Promise.withResolvers<void>();
    await using test = await startOpenAiCompatible({}, [
      delta('Half'),
      until(halfWasRead.promise),
      reset,
    ]);
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
    await using test = await startOpenAiCompatible({}, script);
    const { parts, error } = await test.ask();
    expect(parts).toEqual([]);
    expect(error).toMatchObject({ name: 'GatewayError', code, retryable });
  });

  it('carries what the server said of a retry', async () => {
    const clock = fakeClock(Date.parse('2026-11-24T12:00:00Z'));
    const headers = { 'retry-after': 'Tue, 24 Nov 2026 12:00:05 GMT' };
    await using test = await startOpenAiCompatible({ clock }, respond(429, {}, headers));
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
    await using test = await startOpenAiCompatible(
      { apiKey: 'sk-secret' },
      respond(401, echo),
      [delta('Rayleigh'), data('Why is the sky blue? {')],
      [errorChunk(echo.error)],
    );
    for (let call = 0; call < 3; call++) {
      const { error } = await test.ask();
      expect(String(error)).toMatch(/^GatewayError: /);
      expect(String(error)).not.toMatch(/sky|secret|Rayleigh/);
    }
  });
});

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
