import { describe, expect, it } from 'vitest';
import { ask, askForAnswer, askForFailure, stream, textOf } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import {
  bytesOf,
  chunk,
  delta,
  done,
  errorChunk,
  finish,
  hang,
  raw,
  reset,
  respond,
  role,
  type Script,
  say,
  usageChunk,
} from '../support/upstream-script.ts';

const input = { prompt: 'What do day-old chicks eat?' };
const answer = 'Starter feed.';

/** The bytes of a script, in other words of the same meaning to a reader of event streams. */
const rewritten = (script: Script, rewrite: (text: string) => string): Script => [
  raw(rewrite(bytesOf(script).toString())),
];

describe('what a whole answer may look like', () => {
  const whole = say(['Starter ', 'feed.'], { usage: { input: 20, output: 4 } });
  const cases: Record<string, Script> = {
    'usual chunks': whole,
    'one byte a chunk': [...bytesOf(whole)].map((byte) => raw(Uint8Array.of(byte))),
    'CRLF line ends': rewritten(whole, (text) => text.replaceAll('\n', '\r\n')),
    'comments between events': rewritten(whole, (text) =>
      text.replaceAll('\n\n', '\n\n: ping\n\n'),
    ),
    'data over several lines': rewritten(whole, (text) =>
      text.replaceAll('"choices":', '\ndata: "choices":'),
    ),
    'no [DONE] at the end': whole.slice(0, -1),
    'empty deltas in between': [
      role(),
      delta(''),
      delta('Starter '),
      delta(''),
      delta('feed.'),
      ...whole.slice(-3),
    ],
    'one JSON object in place of a stream': respond(200, {
      model: 'scripted-model',
      choices: [{ index: 0, message: { content: answer }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 20, completion_tokens: 4 },
    }),
  };

  it.each(Object.entries(cases))('%s', async (_name, script) => {
    await using gateway = await startGateway();
    gateway.upstream.answers(script);
    const events = await stream(gateway, input);
    expect(textOf(events)).toBe(answer);
    expect(events.at(-1)).toMatchObject({
      generation: {
        status: 'FINISHED',
        finishReason: 'STOP',
        text: answer,
        model: 'scripted-model',
        usage: { inputTokens: 20, outputTokens: 4, source: 'PROVIDER', costUsd: 84 / 1_000_000 },
      },
    });
    expect(await askForAnswer(gateway, input)).toMatchObject({ cached: true, text: answer });
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('without usage: it is estimated, and the answer is cached', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say(answer, { usage: null }));
    const { usage } = await askForAnswer(gateway, input);
    expect(usage).toMatchObject({ source: 'ESTIMATED', outputTokens: 3 });
    expect(usage.inputTokens).toBeGreaterThan(5);
    expect((await askForAnswer(gateway, input)).cached).toBe(true);
  });

  it('with reasoning, which is kept apart and replayed with the cached answer', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(say(answer, { reasoning: 'Chicks are small.' }));
    expect(textOf(await stream(gateway, input))).toBe(answer);
    expect(await askForAnswer(gateway, input)).toMatchObject({
      cached: true,
      text: answer,
      reasoning: 'Chicks are small.',
    });
  });

  it('with one delta of a megabyte', async () => {
    await using gateway = await startGateway();
    const long = 'chick 🐥 '.repeat(110_000);
    gateway.upstream.answers(say(long));
    expect(textOf(await stream(gateway, input))).toBe(long);
    const replay = await stream(gateway, input);
    expect(textOf(replay)).toBe(long);
    expect(replay.length).toBeGreaterThan(3);
  });
});

describe('what is answered but never cached', () => {
  const cases: Record<string, [Script, string]> = {
    'an answer cut by length': [say(answer, { finishReason: 'length' }), 'LENGTH'],
    'an answer cut by a filter': [
      say(answer, { finishReason: 'content_filter' }),
      'CONTENT_FILTER',
    ],
    'an answer that ended for a reason of its own': [
      say(answer, { finishReason: 'bored' }),
      'OTHER',
    ],
  };

  it.each(Object.entries(cases))('%s', async (_name, [script, finishReason]) => {
    await using gateway = await startGateway();
    gateway.upstream.answers(script, say('again'));
    expect(await askForAnswer(gateway, input)).toMatchObject({ text: answer, finishReason });
    expect(await askForAnswer(gateway, input)).toMatchObject({ cached: false, text: 'again' });
  });
});

describe('what fails, and is never cached', () => {
  type Expected = { code: string; retryable: boolean; partialText?: string; retryAfterMs?: number };
  const html = '<html><body>502 Bad Gateway</body></html>';
  const tool = { tool_calls: [{ index: 0, function: { name: 'f' } }] };
  const cases: Record<string, [Script, Expected]> = {
    'an error object in mid-stream': [
      [role(), delta('Starter '), errorChunk({ message: 'overloaded', type: 'server_error' })],
      { code: 'UPSTREAM_UNAVAILABLE', retryable: true, partialText: 'Starter ' },
    ],
    'a line of data that is no JSON': [
      [role(), delta('Starter '), raw('data: {"choices": [\n\n')],
      { code: 'UPSTREAM_PROTOCOL', retryable: true, partialText: 'Starter ' },
    ],
    'HTML in place of a stream': [
      respond(200, html),
      { code: 'UPSTREAM_PROTOCOL', retryable: false },
    ],
    'a stream that ends in mid-answer': [
      [role(), delta('Starter ')],
      { code: 'UPSTREAM_PROTOCOL', retryable: true, partialText: 'Starter ' },
    ],
    'a [DONE] without a finish reason': [
      [role(), delta('Starter '), done],
      { code: 'UPSTREAM_PROTOCOL', retryable: true, partialText: 'Starter ' },
    ],
    'a tool call that nobody asked for': [
      [role(), chunk({ choices: [{ index: 0, delta: tool }] }), finish('tool_calls'), done],
      { code: 'UPSTREAM_PROTOCOL', retryable: false },
    ],
    'a request that is turned away': [
      respond(400, { error: { message: 'bad parameter', type: 'invalid_request_error' } }),
      { code: 'UPSTREAM_REJECTED', retryable: false },
    ],
    'a rate limit': [
      respond(429, { error: { type: 'rate_limit' } }, { 'retry-after': '7' }),
      { code: 'UPSTREAM_RATE_LIMITED', retryable: true, retryAfterMs: 7_000 },
    ],
    'a server error': [respond(503, html), { code: 'UPSTREAM_UNAVAILABLE', retryable: true }],
    'a connection reset before the answer': [
      [reset],
      { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
    ],
  };

  it.each(Object.entries(cases))('%s', async (_name, [script, expected]) => {
    await using gateway = await startGateway();
    gateway.upstream.answers(script, script, say('again'));
    const pinned = { ...input, model: 'large-model' };
    const events = await stream(gateway, pinned);
    expect(events.at(-1)).toMatchObject({ failure: { partialText: '', ...expected } });
    expect(textOf(events)).toBe(expected.partialText ?? '');

    const failure = await askForFailure(gateway, pinned);
    expect(failure).toMatchObject(expected);
    expect(failure.generation).toMatchObject({ status: 'FAILED', finishReason: null });
    expect(await askForAnswer(gateway, pinned)).toMatchObject({ cached: false, text: 'again' });
  });
});

describe('deadlines and retries', () => {
  const first: Record<string, string> = { UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: '60' };
  const cases: Record<string, [Record<string, string>, Script, string]> = {
    'no first token in time': [first, [role(), hang], ''],
    'no headers in time': [first, [hang], ''],
    'a pause within the answer': [
      { UPSTREAM_IDLE_TIMEOUT_MS: '60' },
      [role(), delta('Starter '), hang],
      'Starter ',
    ],
    'an answer that takes too long in all': [
      { UPSTREAM_TOTAL_TIMEOUT_MS: '120' },
      [role(), delta('Starter '), hang],
      'Starter ',
    ],
  };

  it.each(Object.entries(cases))('%s', async (_name, [environment, script, partialText]) => {
    await using gateway = await startGateway(environment);
    gateway.upstream.answers(script);
    const failure = await askForFailure(gateway, { ...input, model: 'large-model' });
    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT', retryable: true, partialText });
    expect(failure.usage.source).toBe('ESTIMATED');
    const call = await gateway.upstream.call(0);
    expect(await call.closed).toMatchObject({ aborted: true });
  });

  it('tries again before the first token, and tells nothing of it', async () => {
    await using gateway = await startGateway({ UPSTREAM_RETRIES: '2' });
    gateway.upstream.answers(
      respond(503, ''),
      respond(429, '', { 'retry-after': '0' }),
      say(answer),
    );
    const generation = await askForAnswer(gateway, input);
    expect(generation).toMatchObject({ text: answer, decision: { routing: { fallbacks: [] } } });
    expect(gateway.upstream.calls).toHaveLength(3);
  });

  it('does not try again after the first token', async () => {
    await using gateway = await startGateway({ UPSTREAM_RETRIES: '2' });
    gateway.upstream.answers([role(), delta('Starter '), reset], say(answer));
    await ask(gateway, { ...input, model: 'large-model' });
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('lets the small model take over from the large one, and says so', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(
      [role(), delta('half an'), errorChunk({ type: 'server_error' })],
      say(answer),
    );
    const events = await stream(gateway, input);
    expect(textOf(events)).toBe(answer);
    expect(events.find(({ __typename }) => __typename === 'GenerationReset')).toMatchObject({
      model: 'small-model',
    });
    expect(events.at(-1)).toMatchObject({
      generation: {
        decision: {
          routing: {
            tier: 'SMALL',
            servedModel: 'small-model',
            fallbacks: [{ model: 'large-model', code: 'UPSTREAM_UNAVAILABLE' }],
          },
        },
      },
    });
  });
});

describe('what the upstream is asked', () => {
  async function bodyFor(gateway: Gateway, changes: object) {
    gateway.upstream.answersAll(() => [role(), delta('ok'), finish(), usageChunk(1, 1), done]);
    await askForAnswer(gateway, { ...input, ...changes });
    return gateway.upstream.calls.at(-1)?.body;
  }

  it('always streams, with usage, and is told nothing that the caller did not say', async () => {
    await using gateway = await startGateway();
    expect(await bodyFor(gateway, {})).toEqual({
      model: 'large-model',
      messages: [{ role: 'user', content: input.prompt }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('gets every parameter that the caller set', async () => {
    await using gateway = await startGateway();
    const body = await bodyFor(gateway, {
      system: 'Be brief.',
      history: [
        { role: 'USER', content: 'Hello' },
        { role: 'ASSISTANT', content: 'Hi' },
      ],
      maxTokens: 50,
      temperature: 0.2,
      topP: 0.9,
      stop: ['\n'],
      seed: 7,
      responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: '{"type":"object"}' },
      routing: { tier: 'SMALL' },
    });
    expect(body).toMatchObject({
      model: 'small-model',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: input.prompt },
      ],
      max_tokens: 50,
      temperature: 0.2,
      top_p: 0.9,
      stop: ['\n'],
      seed: 7,
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
    });
  });
});
