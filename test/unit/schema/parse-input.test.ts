import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../src/domain/request.ts';
import type { GenerateInput } from '../../../src/schema/generate-input.ts';
import { parseGenerateInput } from '../../../src/schema/parse-input.ts';
import type { Rights } from '../../../src/tenancy/principal.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const bareRequest = sampleRequest({ prompt: 'Where is the Louvre?' });

describe('an input that holds', () => {
  it('needs nothing but a prompt, which is kept as it was written', () => {
    expect(parse({})).toEqual(bareRequest);
    expect(parse({ prompt: '  two\n lines ' }).prompt).toBe('  two\n lines ');
  });

  it('means the same with explicit nulls as without', () => {
    const nulls = {
      system: null,
      history: null,
      model: null,
      maxTokens: null,
      temperature: null,
      topP: null,
      stop: null,
      seed: null,
      responseFormat: null,
      cache: null,
      routing: null,
      idempotencyKey: null,
    };
    const nullsWithin = {
      responseFormat: { kind: 'TEXT', jsonSchema: null },
      cache: {
        mode: 'DEFAULT',
        namespace: null,
        ttlSeconds: null,
        maxAgeSeconds: null,
        semantic: null,
        maxErrorRate: null,
      },
      routing: { stickyKey: null, tier: null },
    } as const;

    expect(parse(nulls)).toEqual(bareRequest);
    expect(parse(nullsWithin)).toEqual(bareRequest);
  });

  it('arrives whole', () => {
    const input = {
      system: 'Be brief.',
      history: [
        { role: 'USER', content: 'Hello' },
        { role: 'ASSISTANT', content: '' },
      ],
      model: 'large-model',
      maxTokens: 1,
      temperature: 0,
      topP: 1,
      stop: ['\n'],
      seed: -7,
      responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: '{"type":"object"}' },
      cache: {
        mode: 'REFRESH',
        namespace: 'docs_v1.2-en',
        ttlSeconds: 1,
        maxAgeSeconds: 0,
        semantic: false,
        maxErrorRate: 0,
      },
      routing: { stickyKey: 'user-1', tier: 'SMALL' },
      idempotencyKey: 'key-1',
    } as const;

    expect(parse({ ...input, history: [...input.history], stop: [...input.stop] })).toEqual({
      prompt: bareRequest.prompt,
      ...input,
    });
  });

  it.each<Partial<GenerateInput>>([
    { temperature: 2 },
    { topP: 0.000_1 },
    { stop: Array.from({ length: 16 }, () => 'x') },
    { responseFormat: { kind: 'JSON' } },
    { responseFormat: { kind: 'JSON_SCHEMA', jsonSchema: ' {} ' } },
    { cache: { mode: 'DEFAULT', namespace: 'a' } },
    { cache: { mode: 'DEFAULT', namespace: 'n'.repeat(128) } },
    { cache: { mode: 'DEFAULT', maxErrorRate: 1 } },
    { system: '' },
    { idempotencyKey: 'k'.repeat(256) },
  ])('takes %j at the edge of what is allowed', (input) => {
    expect(() => parse(input)).not.toThrow();
  });
});

describe('an input that breaks a rule', () => {
  it.each<[Partial<GenerateInput>, field: string, demand: RegExp]>([
    [{ prompt: '' }, 'prompt', /must not be blank/],
    [{ prompt: ' \n\t' }, 'prompt', /must not be blank/],
    [{ maxTokens: 0 }, 'maxTokens', /at least 1/],
    [{ temperature: -0.1 }, 'temperature', /0 to 2/],
    [{ temperature: 2.1 }, 'temperature', /0 to 2/],
    [{ topP: 0 }, 'topP', /above 0 and at most 1/],
    [{ topP: 1.1 }, 'topP', /above 0 and at most 1/],
    [{ stop: Array.from({ length: 17 }, () => 'x') }, 'stop', /at most 16/],
    [{ stop: ['ok', ''] }, 'stop', /empty/],
    [{ responseFormat: { kind: 'JSON_SCHEMA' } }, 'responseFormat.jsonSchema', /required/],
    [schemaText('not json'), 'responseFormat.jsonSchema', /JSON text of an object/],
    [schemaText('[]'), 'responseFormat.jsonSchema', /JSON text of an object/],
    [schemaText('null'), 'responseFormat.jsonSchema', /JSON text of an object/],
    [
      { responseFormat: { kind: 'JSON', jsonSchema: '{}' } },
      'responseFormat.jsonSchema',
      /must be absent/,
    ],
    [{ cache: { mode: 'DEFAULT', ttlSeconds: 0 } }, 'cache.ttlSeconds', /at least 1/],
    [{ cache: { mode: 'DEFAULT', maxAgeSeconds: -1 } }, 'cache.maxAgeSeconds', /at least 0/],
    [{ cache: { mode: 'DEFAULT', maxErrorRate: 1.01 } }, 'cache.maxErrorRate', /0 to 1/],
    [{ cache: { mode: 'DEFAULT', namespace: '' } }, 'cache.namespace', /1 to 128/],
    [{ cache: { mode: 'DEFAULT', namespace: 'a:b' } }, 'cache.namespace', /letters, digits/],
    [{ cache: { mode: 'DEFAULT', namespace: 'a\n' } }, 'cache.namespace', /letters, digits/],
    [{ cache: { mode: 'DEFAULT', namespace: 'n'.repeat(129) } }, 'cache.namespace', /128/],
    [{ model: ' ' }, 'model', /blank/],
    [{ routing: { stickyKey: 'x'.repeat(257) } }, 'routing.stickyKey', /256/],
    [{ idempotencyKey: '' }, 'idempotencyKey', /blank/],
  ])('is refused: %j', (input, field, demand) => {
    const error = refusal(input);

    expect(error.message).toMatch(demand);
    expect(error.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: `input.${field}`,
      problems: [{ field: `input.${field}` }],
    });
  });

  it('hears of all its problems at once', () => {
    const error = refusal({
      prompt: '',
      maxTokens: 0,
      cache: { mode: 'DEFAULT', ttlSeconds: 0 },
    });

    expect(error.message).toBe(
      'The input is not valid: input.prompt must not be blank; input.maxTokens must be at least 1; input.cache.ttlSeconds must be at least 1.',
    );
    expect(error.extensions['problems']).toHaveLength(3);
  });

  it('is not told its own values again', () => {
    const error = refusal({ model: `secret${'x'.repeat(256)}`, stop: ['secret', ''] });

    expect(JSON.stringify(error)).not.toContain('secret');
  });
});

describe('a caller who may use some namespaces only', () => {
  const allowed = ['poultry', 'dairy'] as const;

  it('means the first of them when he names none', () => {
    expect(parse({}, allowed).cache.namespace).toBe('poultry');
    expect(parse({ cache: { mode: 'BYPASS' } }, allowed).cache.namespace).toBe('poultry');
  });

  it('may name another of them, and no other', () => {
    expect(parse({ cache: { mode: 'DEFAULT', namespace: 'dairy' } }, allowed).cache.namespace).toBe(
      'dairy',
    );
    expect(() => parse({ cache: { mode: 'DEFAULT', namespace: 'default' } }, allowed)).toThrow(
      expect.objectContaining({ message: expect.stringContaining('poultry, dairy') }),
    );
  });
});

function parse(
  input: Partial<GenerateInput>,
  namespaces: Rights['namespaces'] = null,
): GenerationRequest {
  return parseGenerateInput({ prompt: bareRequest.prompt, ...input }, null, namespaces);
}

function refusal(input: Partial<GenerateInput>): GraphQLError {
  try {
    parse(input);
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return thrown;
    throw thrown;
  }
  throw new Error('The input was taken.');
}

function schemaText(jsonSchema: string): Partial<GenerateInput> {
  return { responseFormat: { kind: 'JSON_SCHEMA', jsonSchema } };
}
