import { GraphQLError, graphql, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { maskError } from '../../../src/schema/map-errors.ts';
import { fakeContext } from '../../support/fake-services.ts';

describe('an error of the gateway', () => {
  const gatewayError = new GatewayError('RATE_LIMITED', 'Too many requests.', {
    retryable: true,
    retryAfterMs: 1200,
    cause: new Error('bucket of tenant acme'),
  });

  it('keeps its code and says whether and when to try again', () => {
    const { error, unforeseen } = maskError(gatewayError);

    expect(error.toJSON()).toEqual({
      message: 'Too many requests.',
      extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1200 },
    });
    expect(unforeseen).toBeNull();
  });

  it('keeps its place in the document when a resolver threw it', async () => {
    const { error, unforeseen } = maskError(await thrownByHealth(gatewayError));

    expect(error.toJSON()).toEqual({
      message: 'Too many requests.',
      path: ['health'],
      locations: [{ line: 1, column: 3 }],
      extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1200 },
    });
    expect(unforeseen).toBeNull();
  });
});

describe('a GraphQL error', () => {
  it('passes with the code it was raised with', async () => {
    const raised = new GraphQLError('No.', { extensions: { code: 'FORBIDDEN' } });
    const { error, unforeseen } = maskError(await thrownByHealth(raised));

    expect(error.toJSON()).toMatchObject({
      message: 'No.',
      path: ['health'],
      extensions: { code: 'FORBIDDEN' },
    });
    expect(unforeseen).toBeNull();
  });

  it('passes when it speaks of the document', async () => {
    const syntaxError = caught(() => parse('{'));
    const unknownField = await firstError('{ nope }');
    const unusedVariable = await firstError('query ($w: StatsWindow) { __typename }');

    for (const thrown of [syntaxError, unknownField, unusedVariable]) {
      expect(maskError(thrown)).toEqual({ error: thrown, unforeseen: null });
    }
  });

  it.each<[value: unknown, message: string]>([
    [undefined, 'Variable "$input" of required type "GenerateInput!" was not provided.'],
    [null, 'Variable "$input" of non-null type "GenerateInput!" must not be null.'],
    [
      'secret',
      'Variable "$input" got invalid value; Expected type "GenerateInput" to be an object.',
    ],
    [
      { prompt: 'secret', sed: 1 },
      'Variable "$input" got invalid value; Field "sed" is not defined by type "GenerateInput". Did you mean "seed"?',
    ],
    [
      { prompt: { text: 'secret: at "x"; y' } },
      'Variable "$input" got invalid value at "input.prompt"; String cannot represent a non string value.',
    ],
    [
      { prompt: 'secret', history: [{ role: 'USER', content: ['secret'] }] },
      'Variable "$input" got invalid value at "input.history[0].content"; String cannot represent a non string value.',
    ],
    [
      { prompt: 'Hi', cache: { mode: 'secret" does not exist in "secret' } },
      'Variable "$input" got invalid value at "input.cache.mode"; Value does not exist in "CacheMode" enum.',
    ],
  ])('says what is wrong with a variable, but does not repeat it: %j', async (input, message) => {
    const source = 'query ($input: GenerateInput!) { generate(input: $input) { __typename } }';
    const thrown = await firstError(source, input === undefined ? {} : { input });
    const { error, unforeseen } = maskError(thrown);

    expect(error.toJSON()).toEqual({
      message,
      locations: [{ line: 1, column: 8 }],
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(error.originalError).toBeUndefined();
    expect(unforeseen).toBeNull();
  });

  it('keeps the HTTP status that an executor gave it', async () => {
    const source = 'query ($input: GenerateInput!) { generate(input: $input) { __typename } }';
    const thrown = await firstError(source, { input: 1 });
    Object.assign(thrown.extensions, { http: { status: 400 } });

    expect(maskError(thrown).error.extensions).toEqual({
      code: 'BAD_USER_INPUT',
      http: { status: 400 },
    });
  });

  it('blames the caller for a null that only shows when the operation runs', async () => {
    const source = 'query ($w: StatsWindow = DAY) { cacheStats(window: $w) { bytes } }';
    const { error, unforeseen } = maskError(await firstError(source, { w: null }));

    expect(error.message).toContain('must not be null');
    expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(error.path).toEqual(['cacheStats']);
    expect(unforeseen).toBeNull();
  });
});

describe('an error that nobody foresaw', () => {
  it.each([
    ['an Error', new Error('connect to 10.0.0.7 with key sk-secret failed')],
    ['an error that names a code', Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })],
    ['something that is no Error', 'secret'],
  ])('is masked, and kept for the log: %s', async (_label, original) => {
    const bare = maskError(original);
    const located = maskError(await thrownByHealth(original));

    expect(bare.error.toJSON()).toEqual({
      message: 'Internal error.',
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    });
    expect(located.error.toJSON()).toMatchObject({ message: 'Internal error.', path: ['health'] });
    expect(JSON.stringify([bare.error, located.error])).not.toContain('secret');
    expect(located.error.originalError).toBeUndefined();
    expect(bare.unforeseen).toBe(original);
    expect(located.unforeseen).toMatchObject(
      original instanceof Error ? { message: original.message } : { name: 'NonErrorThrown' },
    );
  });

  it('is masked when a resolver breaks the schema', async () => {
    const brokenLeaf = await firstError(
      '{ health { uptimeSeconds } }',
      {},
      {
        status: 'OK',
        version: '1',
        uptimeSeconds: Number.NaN,
        dependencies: [],
      },
    );
    const { error, unforeseen } = maskError(brokenLeaf);

    expect(brokenLeaf.message).toContain('NaN');
    expect(error.message).toBe('Internal error.');
    expect(unforeseen).toMatchObject({ message: expect.stringContaining('NaN') });
  });
});

const schema = createSchema();

async function thrownByHealth(thrown: unknown): Promise<GraphQLError> {
  const health = async () => {
    throw thrown;
  };
  const contextValue = fakeContext({ services: { health } });
  return only(await graphql({ schema, source: '{ health { version } }', contextValue }));
}

async function firstError(
  source: string,
  variableValues = {},
  report?: Awaited<ReturnType<ReturnType<typeof fakeContext>['services']['health']>>,
): Promise<GraphQLError> {
  const services = report === undefined ? {} : { health: async () => report };
  const contextValue = fakeContext({ services });
  return only(await graphql({ schema, source, variableValues, contextValue }));
}

function only(result: { readonly errors?: readonly GraphQLError[] }): GraphQLError {
  const error = result.errors?.[0];
  if (error === undefined) throw new Error('The operation did not fail.');
  return error;
}

function caught(action: () => unknown): unknown {
  try {
    action();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('Nothing was thrown.');
}
