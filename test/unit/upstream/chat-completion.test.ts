import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chatCompletionReader } from '../../../src/upstream/chat-completion.ts';
import type { UpstreamPart } from '../../../src/upstream/port.ts';
import { sseDecoder } from '../../../src/upstream/sse.ts';
import { cutAt } from '../../support/cut.ts';
import { finishOf, textOf } from '../../support/upstream-call.ts';
import { bytesOf, say } from '../../support/upstream-script.ts';

describe('reading a chat completion', () => {
  it('yields the texts in order, then the finish with model and usage', () => {
    const parts = read(
      chunkOf({ role: 'assistant', content: '' }, { model: 'gpt-x-2026-01-01' }),
      chunkOf({ content: 'Hel' }),
      chunkOf({ content: 'lo' }),
      chunkOf({}, {}, 'stop'),
      { choices: [], usage: { prompt_tokens: 11, completion_tokens: 2, total_tokens: 13 } },
      '[DONE]',
    );
    expect(parts).toEqual([
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      {
        type: 'finish',
        finishReason: 'STOP',
        model: 'gpt-x-2026-01-01',
        usage: { inputTokens: 11, outputTokens: 2 },
      },
    ]);
  });

  it('drops deltas without text', () => {
    const parts = read(
      chunkOf({ role: 'assistant' }),
      chunkOf({ content: null }),
      chunkOf({ content: '', tool_calls: [], function_call: null }),
      { choices: [] },
      {},
      '',
      chunkOf({ content: 'x' }, {}, 'stop'),
    );
    expect(parts.map((part) => part.type)).toEqual(['text', 'finish']);
  });

  it.each(['reasoning_content', 'reasoning'])('keeps %s apart from the answer', (field) => {
    const parts = read(chunkOf({ [field]: 'Hm.' }), chunkOf({ content: 'Yes.' }, {}, 'stop'));
    expect(parts[0]).toEqual({ type: 'reasoning', text: 'Hm.' });
    expect(textOf(parts)).toBe('Yes.');
  });

  it('takes reasoning once that is sent under both names', () => {
    const parts = read(chunkOf({ reasoning_content: 'Hm.', reasoning: 'Hm.' }, {}, 'stop'));
    expect(parts.filter((part) => part.type === 'reasoning')).toHaveLength(1);
  });

  it('reads the first choice only', () => {
    const choices = [
      { index: 1, delta: { content: 'other' } },
      { index: 0, delta: { content: 'first' }, finish_reason: 'stop' },
    ];
    expect(textOf(read({ choices }))).toBe('first');
  });

  it.each([
    ['stop', 'STOP'],
    ['eos', 'STOP'],
    ['length', 'LENGTH'],
    ['content_filter', 'CONTENT_FILTER'],
    ['something_new', 'OTHER'],
  ])('maps the finish reason %s to %s', (reason, expected) => {
    expect(finishOf(read(chunkOf({}, {}, reason))).finishReason).toBe(expected);
  });

  it('does not take [DONE] for the end of an answer: llama.cpp sends it when it breaks one off', () => {
    expect(() => read(chunkOf({ content: 'x' }), '[DONE]')).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_PROTOCOL', retryable: true }),
    );
  });

  it('finishes without [DONE] once the finish reason was seen', () => {
    expect(finishOf(read(chunkOf({ content: 'x' }, {}, 'stop')))).toMatchObject({ usage: null });
  });

  it('does not pass a refusal off as an answer', () => {
    const parts = read(chunkOf({ refusal: 'I cannot.' }), chunkOf({}, {}, 'stop'));
    expect(textOf(parts)).toBe('I cannot.');
    expect(finishOf(parts).finishReason).toBe('CONTENT_FILTER');
  });

  it.each([-1, 0.5, 1e308, '7', null])('takes a usage of %s tokens for none', (tokens) => {
    for (const usage of [
      { prompt_tokens: tokens, completion_tokens: 1 },
      { prompt_tokens: 1, completion_tokens: tokens },
    ]) {
      const parts = read(chunkOf({ content: 'x' }, { usage }, 'stop'));
      expect(finishOf(parts).usage).toBeNull();
    }
  });

  it('takes the last usage where it comes with every chunk', () => {
    const parts = read(
      chunkOf({ content: 'a' }, { usage: { prompt_tokens: 5, completion_tokens: 1 } }),
      chunkOf({}, { usage: { prompt_tokens: 5, completion_tokens: 2 } }, 'stop'),
      { choices: [], usage: null },
    );
    expect(finishOf(parts).usage).toEqual({ inputTokens: 5, outputTokens: 2 });
  });

  it('understands a whole answer in one object', () => {
    const message = { role: 'assistant', content: 'Whole.' };
    const parts = read({
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: { prompt_tokens: 4, completion_tokens: 2 },
    });
    expect(textOf(parts)).toBe('Whole.');
    expect(finishOf(parts).usage).toEqual({ inputTokens: 4, outputTokens: 2 });
  });

  it('fails in a retryable way when the answer ends before it is whole', () => {
    expect(() => read(chunkOf({ content: 'Half of' }))).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_PROTOCOL', retryable: true }),
    );
  });

  it.each([
    '{"choices":[{"delta":{"con',
    'null',
    '[]',
    '<html>',
  ])('fails with UPSTREAM_PROTOCOL on the data %s', (data) => {
    expect(() => read(data)).toThrow(expect.objectContaining({ code: 'UPSTREAM_PROTOCOL' }));
  });

  it('finishes an answer whose usage was cut off', () => {
    const parts = read(chunkOf({ content: 'x' }, {}, 'stop'), '{"choices":[],"usa');
    expect(finishOf(parts)).toMatchObject({ finishReason: 'STOP', usage: null });
  });

  it.each([
    ['tool_calls', chunkOf({ tool_calls: [{ index: 0, function: { name: 'f' } }] })],
    ['function_call', chunkOf({ function_call: { name: 'f' } })],
    ['a finish reason of tool_calls', chunkOf({}, {}, 'tool_calls')],
    ['content that is a list', chunkOf({ content: [{ type: 'image' }] })],
  ])('fails for good on %s', (_what, chunk) => {
    expect(() => read(chunk)).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_PROTOCOL', retryable: false }),
    );
  });

  it.each([
    [{ message: 'overloaded', type: 'overloaded_error' }, 'UPSTREAM_UNAVAILABLE', true],
    [{ message: 'slow down', code: 'rate_limit_exceeded' }, 'UPSTREAM_RATE_LIMITED', true],
    [{ message: 'busy', code: 429 }, 'UPSTREAM_RATE_LIMITED', true],
    [{ message: 'broken', code: 502 }, 'UPSTREAM_UNAVAILABLE', true],
    [{ message: 'bad', type: 'invalid_request_error' }, 'UPSTREAM_REJECTED', false],
    ['just words', 'UPSTREAM_UNAVAILABLE', true],
  ])('takes the error %j as %s', (error, code, retryable) => {
    expect(() => read(chunkOf({ content: 'x' }), { error })).toThrow(
      expect.objectContaining({ code, retryable }),
    );
  });

  it('yields the same parts however the bytes of the stream are cut', () => {
    const script = say(['Grüße, ', '世界', ' 👩‍👩‍👧 ', 'line\r\nbreak', '"quoted" \\'], {
      reasoning: 'Überlegung…',
      usage: { input: 7, output: 5 },
    });
    const bytes = bytesOf(script);
    const whole = decode([bytes]);
    expect(textOf(whole)).toBe('Grüße, 世界 👩‍👩‍👧 line\r\nbreak"quoted" \\');

    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (places) => {
        expect(decode(cutAt(bytes, places))).toEqual(whole);
      }),
    );
  });
});

/** Reads events, given as objects or as raw data, to the end. */
function read(...events: readonly (object | string)[]): UpstreamPart[] {
  const reader = chatCompletionReader('test');
  const parts = events.flatMap((event) => [
    ...reader.read(typeof event === 'string' ? event : JSON.stringify(event)),
  ]);
  return [...parts, reader.finish()];
}

function decode(pieces: readonly Uint8Array[]): UpstreamPart[] {
  const decoder = sseDecoder();
  const events = pieces.flatMap((piece) => [...decoder.push(piece)]);
  return read(...events, ...decoder.end());
}

function chunkOf(delta: object, fields: object = {}, finishReason: string | null = null): object {
  return { ...fields, choices: [{ index: 0, delta, finish_reason: finishReason }] };
}
