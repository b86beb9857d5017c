import { graphql, parse, subscribe } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { fakeContext, operator } from '../../support/fake-services.ts';

const schema = createSchema();

describe('what later versions bring', () => {
  it.each([
    ['{ generation(id: "1") { id } }', 'Looking up a generation by its id'],
    [
      'mutation { startGeneration(input: { prompt: "Hi" }) { __typename } }',
      'Starting a generation without waiting for it',
    ],
    [
      'mutation { cancelGeneration(input: { generationId: "1" }) { __typename } }',
      'Cancelling a generation',
    ],
    [
      'mutation { rateGeneration(input: { generationId: "1", verdict: GOOD }) { __typename } }',
      'Rating answers',
    ],
    ['mutation { warmCache(entries: []) { stored } }', 'Storing ready answers in the cache'],
    ['mutation { invalidateCache(input: {}) { removed } }', 'Dropping entries from the cache'],
    [
      'mutation { setRollout(input: {}) { cacheEnabled } }',
      'Changing switches while the gateway runs',
    ],
  ])('is told apart from a failure: %s', async (source, what) => {
    const contextValue = fakeContext({ principal: operator });
    const { errors } = await graphql({ schema, source, contextValue });

    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toBe(`${what} is not available in this version of the gateway.`);
    expect(errors?.[0]?.extensions).toEqual({ code: 'NOT_IMPLEMENTED' });
  });

  it('is told apart from a failure on a subscription too', async () => {
    const document = parse('subscription { resumeStream(generationId: "1") { seq } }');
    const result = await subscribe({ schema, document, contextValue: fakeContext() });

    expect(result).toMatchObject({
      errors: [
        {
          message: 'Resuming a stream is not available in this version of the gateway.',
          extensions: { code: 'NOT_IMPLEMENTED' },
        },
      ],
    });
  });
});
