import { graphql } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { GenerateResult } from '../../../src/generation/service.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { caller, fakeContext, fakeGenerations } from '../../support/fake-services.ts';
import { sampleFailure, sampleGeneration, sampleUsage } from '../../support/sample-generation.ts';

const schema = createSchema();

describe.each(['query', 'mutation'])('generate as a %s', (operation) => {
  it('answers with a generation, its usage, timing and decision', async () => {
    const source = `${operation} {
      generate(input: { prompt: "Where is the Louvre?" }) {
        __typename
        ... on Generation {
          id status text reasoning finishReason failure { code } cached model
          usage { inputTokens outputTokens costUsd savedUsd savedTokens source }
          timing { firstTokenMs totalMs upstreamMs overheadMs }
          decision {
            cache { outcome ageSeconds entryId }
            routing { tier reason assignments { arm } servedModel fallbacks { model code } }
            prompt { inputTokensBefore inputTokensAfter terms { term tokens } }
          }
        }
      }
    }`;

    expect(await graphql({ schema, source, contextValue: fakeContext() })).toEqual({
      data: {
        generate: {
          __typename: 'Generation',
          id: 'generation-1',
          status: 'FINISHED',
          text: 'It is Paris.',
          reasoning: null,
          finishReason: 'STOP',
          failure: null,
          cached: false,
          model: 'large-model',
          usage: sampleUsage,
          timing: { firstTokenMs: 20, totalMs: 50, upstreamMs: 49, overheadMs: 1 },
          decision: {
            cache: { outcome: 'MISS', ageSeconds: null, entryId: null },
            routing: {
              tier: 'LARGE',
              reason: 'Routing is off, so the large model was asked.',
              assignments: [],
              servedModel: 'large-model',
              fallbacks: [],
            },
            prompt: { inputTokensBefore: 12, inputTokensAfter: 12, terms: [] },
          },
        },
      },
    });
  });

  it('answers a refusal as data', async () => {
    const failure = sampleFailure();
    const source = `${operation} {
      generate(input: { prompt: "Hi" }) {
        __typename
        ... on GenerationFailure { code retryable retryAfterMs partialText generation { id } }
      }
    }`;

    expect(await answerWith({ kind: 'failure', failure }, source)).toEqual({
      generate: {
        __typename: 'GenerationFailure',
        code: 'UPSTREAM_UNAVAILABLE',
        retryable: true,
        retryAfterMs: 1500,
        partialText: '',
        generation: null,
      },
    });
  });

  it('hands the whole request, the caller and the signal to the use case', async () => {
    const generate = vi.fn(fakeGenerations().generate);
    const context = fakeContext({ services: { generations: fakeGenerations({ generate }) } });

    await graphql({
      schema,
      source: `${operation} ($input: GenerateInput!) { generate(input: $input) { __typename } }`,
      variableValues: { input: { prompt: 'Hi', seed: 4, cache: { semantic: null } } },
      contextValue: context,
    });

    const [request, principal, signal] = generate.mock.calls[0] ?? [];
    expect(request).toMatchObject({
      prompt: 'Hi',
      seed: 4,
      model: null,
      cache: { mode: 'DEFAULT', namespace: 'default', semantic: true },
    });
    expect(principal).toBe(caller);
    expect(signal).toBe(context.signal);
  });

  it('refuses a bad input without asking the use case', async () => {
    const generate = vi.fn(fakeGenerations().generate);
    const contextValue = fakeContext({ services: { generations: fakeGenerations({ generate }) } });
    const source = `${operation} { generate(input: { prompt: " " }) { __typename } }`;
    const { errors } = await graphql({ schema, source, contextValue });

    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(generate).not.toHaveBeenCalled();
  });
});

describe('a generation that failed', () => {
  it('is found again from its own failure', async () => {
    const { generation: _, ...failure } = sampleFailure({ partialText: 'It is' });
    const generation = sampleGeneration({ status: 'FAILED', finishReason: null, failure });
    const source = `{
      generate(input: { prompt: "Hi" }) {
        ... on Generation { failure { code partialText generation { id status } } }
      }
    }`;

    expect(await answerWith({ kind: 'generation', generation }, source)).toEqual({
      generate: {
        failure: {
          code: 'UPSTREAM_UNAVAILABLE',
          partialText: 'It is',
          generation: { id: 'generation-1', status: 'FAILED' },
        },
      },
    });
  });
});

describe('a caller who leaves', () => {
  it('ends the operation as cancelled, not as a fault of the gateway', async () => {
    const left = new AbortController();
    const generate = async () => {
      left.abort();
      throw left.signal.reason;
    };
    const { errors } = await graphql({
      schema,
      source: '{ generate(input: { prompt: "Hi" }) { __typename } }',
      contextValue: fakeContext({
        signal: left.signal,
        services: { generations: fakeGenerations({ generate }) },
      }),
    });

    expect(errors?.[0]?.originalError).toBeInstanceOf(GatewayError);
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'CANCELLED' });
  });
});

async function answerWith(result: GenerateResult, source: string) {
  const generations = fakeGenerations({ generate: async () => result });
  const contextValue = fakeContext({ services: { generations } });
  const { data, errors } = await graphql({ schema, source, contextValue });
  expect(errors).toBeUndefined();
  return data;
}
