import { describe, expect, it } from 'vitest';
import { answerSignals, type EndedAnswer } from '../../../../src/router/outcomes/answer-signals.ts';

function signalsOf(changes: Partial<EndedAnswer>) {
  return answerSignals({
    text: 'A layer eats about 115 g a day.',
    finishReason: 'STOP',
    responseFormat: { kind: 'TEXT' },
    status: 'FINISHED',
    ...changes,
  });
}

const schema = {
  kind: 'JSON_SCHEMA',
  jsonSchema: JSON.stringify({ type: 'object', required: ['breed', 'days'] }),
} as const;

describe('an answer', () => {
  it('that is whole says nothing against itself', () => {
    expect(signalsOf({})).toEqual([]);
  });

  it('that was cut at its length is truncated', () => {
    expect(signalsOf({ finishReason: 'LENGTH' })).toEqual(['TRUNCATED']);
  });

  it('that a filter took away is refused', () => {
    expect(signalsOf({ finishReason: 'CONTENT_FILTER', text: 'Well, ' })).toEqual(['REFUSED']);
  });

  it('without a text is empty, and no invalid JSON', () => {
    expect(signalsOf({ text: ' \n' })).toEqual(['EMPTY']);
    expect(signalsOf({ text: '', responseFormat: { kind: 'JSON' } })).toEqual(['EMPTY']);
  });

  it('that failed says that, and nothing of what was written', () => {
    expect(signalsOf({ status: 'FAILED', finishReason: null, text: '' })).toEqual(['FAILED']);
  });

  it('that was cancelled says nothing', () => {
    const cancelled = { status: 'CANCELLED', finishReason: null, text: '{"a":' } as const;
    expect(signalsOf({ ...cancelled, responseFormat: { kind: 'JSON' } })).toEqual([]);
  });
});

describe('an answer that was to be JSON', () => {
  it.each(['{"breed":"Ross"}', ' [1]\n', '"text"'])('is so when it parses: %s', (text) => {
    expect(signalsOf({ text, responseFormat: { kind: 'JSON' } })).toEqual([]);
  });

  it.each([
    '```json\n{"breed":"Ross"}\n```',
    '{"breed":"Ross",}',
    'Here it is: {}',
  ])('is none when it does not: %s', (text) => {
    expect(signalsOf({ text, responseFormat: { kind: 'JSON' } })).toEqual(['INVALID_JSON']);
  });

  it('has the keys that its schema requires', () => {
    const whole = '{"breed":"Ross","days":null,"more":1}';
    expect(signalsOf({ text: whole, responseFormat: schema })).toEqual([]);
    for (const text of ['{"breed":"Ross"}', '[]', 'null', '{}', '{"toString":1,"breed":1}']) {
      expect(signalsOf({ text, responseFormat: schema })).toEqual(['INVALID_JSON']);
    }
  });

  it('may be anything where its schema requires nothing', () => {
    const jsonSchema = JSON.stringify({ type: 'array', items: {} });
    const responseFormat = { kind: 'JSON_SCHEMA', jsonSchema } as const;
    expect(signalsOf({ text: '[1]', responseFormat })).toEqual([]);
  });
});
