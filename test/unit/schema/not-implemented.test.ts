import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { fakeContext, operator } from '../../support/fake-services.ts';

const schema = createSchema();

describe('what later versions bring', () => {
  it.each([
    [
      'mutation { rateGeneration(input: { generationId: "1", verdict: GOOD }) { __typename } }',
      'Rating answers',
    ],
    ['mutation { warmCache(entries: []) { stored } }', 'Storing ready answers in the cache'],
    ['mutation { invalidateCache(input: {}) { removed } }', 'Dropping entries from the cache'],
    [
      'mutation { setRollout(input: { semanticCacheEnabled: true }) { cacheEnabled } }',
      'The semantic cache',
    ],
  ])('is told apart from a failure: %s', async (source, what) => {
    const contextValue = fakeContext({ principal: operator });
    const { errors } = await graphql({ schema, source, contextValue });

    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toBe(`${what} is not available in this version of the gateway.`);
    expect(errors?.[0]?.extensions).toEqual({ code: 'NOT_IMPLEMENTED' });
  });
});
