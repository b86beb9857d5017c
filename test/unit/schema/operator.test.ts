import { graphql, parse, subscribe } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { CacheDecision } from '../../../src/cache/decision.ts';
import type { GraphContext } from '../../../src/schema/context.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { caller, fakeContext, fakeGenerations, operator } from '../../support/fake-services.ts';
import { sampleDecision, sampleGeneration } from '../../support/sample-generation.ts';

const schema = createSchema();

describe('fields that carry @operator', () => {
  it.each([
    'query { rollout { cacheEnabled } }',
    'mutation { warmCache(entries: []) { stored } }',
    'mutation { invalidateCache(input: {}) { removed } }',
    'mutation { setRollout(input: {}) { cacheEnabled } }',
  ])('are forbidden to others: %s', async (source) => {
    const contextValue = fakeContext({ principal: caller });
    const { data, errors } = await graphql({ schema, source, contextValue });

    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
    expect(Object.values(data ?? {})).toEqual([null]);
  });

  it('forbid a subscription before anything is read', async () => {
    const result = await subscribe({
      schema,
      document: parse('subscription { statsChanged { at } }'),
      contextValue: fakeContext({ principal: caller }),
    });

    expect(result).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('leave the other fields of the operation alone', async () => {
    const contextValue = fakeContext({ principal: caller });
    const source = '{ health { version } rollout { cacheEnabled } }';
    const { data } = await graphql({ schema, source, contextValue });

    expect(data).toEqual({ health: { version: '1.2.3' }, rollout: null });
  });

  it('answer an operator', async () => {
    const source =
      '{ rollout { cacheEnabled semanticCacheEnabled routingEnabled abTestRatio changedAt } }';
    const contextValue = fakeContext({ principal: operator });

    expect(await graphql({ schema, source, contextValue })).toEqual({
      data: {
        rollout: {
          cacheEnabled: true,
          semanticCacheEnabled: true,
          routingEnabled: false,
          abTestRatio: 0.25,
          changedAt: null,
        },
      },
    });
  });
});

describe('what the cache quotes of stored prompts', () => {
  const refused: CacheDecision = {
    ...sampleDecision.cache,
    similarity: 0.97,
    refusal: { kind: 'NUMBER', detail: '21 against 28' },
    matchedPrompt: 'What happens on day 28?',
  };

  it('is shown to an operator', async () => {
    await expectCacheDecision(fakeContext({ principal: operator }), {
      similarity: 0.97,
      matchedPrompt: 'What happens on day 28?',
      refusal: { kind: 'NUMBER', detail: '21 against 28' },
    });
  });

  it('is kept from everybody else, who still learn the kind of refusal', async () => {
    await expectCacheDecision(fakeContext({ principal: caller }), {
      similarity: 0.97,
      matchedPrompt: null,
      refusal: { kind: 'NUMBER', detail: null },
    });
  });

  async function expectCacheDecision(context: GraphContext, cache: object) {
    const decision = { ...sampleDecision, cache: refused };
    const generations = fakeGenerations({
      generate: async () => ({ kind: 'generation', generation: sampleGeneration({ decision }) }),
    });
    const source = `{
      generate(input: { prompt: "Hi" }) {
        ... on Generation {
          decision { cache { similarity matchedPrompt refusal { kind detail } } }
        }
      }
    }`;
    const { data } = await graphql({
      schema,
      source,
      contextValue: { ...context, services: { ...context.services, generations } },
    });
    expect(data).toEqual({ generate: { decision: { cache } } });
  }
});
