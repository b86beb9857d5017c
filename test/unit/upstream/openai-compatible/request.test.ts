import { describe, expect, it } from 'vitest';
import { startOpenAiCompatible } from '../../../support/openai-compatible.ts';
import { neverAborted, upstreamCall } from '../../../support/upstream-call.ts';
import { say } from '../../../support/upstream-script.ts';

describe('the request', () => {
  it('asks for a stream with usage, and leaves out what the caller left open', async () => {
    await using test = await startOpenAiCompatible({}, say('Hi.'));
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
    await using test = await startOpenAiCompatible({}, say('Hi.'));
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

  it('does not tell on whose behalf it is made', async () => {
    await using test = await startOpenAiCompatible({}, say('Hi.'));
    await test.ask({ tenant: 'tenant-7f3a' });
    const { path, headers, body } = await test.server.call(0);
    expect(JSON.stringify({ path, headers, body })).not.toContain('7f3a');
  });

  it('passes on the response format', async () => {
    await using test = await startOpenAiCompatible({}, say('{}'), say('{}'));
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
    await using test = await startOpenAiCompatible(
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
    await using test = await startOpenAiCompatible({}, say('Hi.'));
    test.upstream.stream(upstreamCall(), neverAborted());
    await test.ask();
    expect(test.server.calls).toHaveLength(1);
  });
});
