import { graphql } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { type RateGeneration, RatingUnavailable } from '../../../src/generation/rate-generation.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { maskError } from '../../../src/schema/map-errors.ts';
import { caller, fakeContext } from '../../support/fake-services.ts';
import { sampleGeneration } from '../../support/sample-generation.ts';

const schema = createSchema();
const generation = sampleGeneration();
const rated = { kind: 'rated', generation, evictedEntryId: 'docs:key', counted: true } as const;

function run(input: object, rate: RateGeneration) {
  const contextValue = fakeContext({ services: { rate } });
  const source = `mutation ($input: RateGenerationInput!) {
    rateGeneration(input: $input) { generation { id } evictedEntryId counted }
  }`;
  return graphql({ schema, source, contextValue, variableValues: { input } });
}

describe('rateGeneration', () => {
  it('gives a verdict for the caller, and tells what became of it', async () => {
    const rate = vi.fn<RateGeneration>(async () => rated);
    const input = { generationId: generation.id, verdict: 'WRONG_CACHE_HIT', comment: 'Cobb!' };
    expect(await run(input, rate)).toEqual({
      data: {
        rateGeneration: {
          generation: { id: generation.id },
          evictedEntryId: 'docs:key',
          counted: true,
        },
      },
    });
    const { generationId, verdict } = input;
    expect(rate.mock.calls).toEqual([[{ generationId, verdict }, caller]]);
  });

  it('knows nothing of a generation that is unknown', async () => {
    const { data } = await run({ generationId: 'x', verdict: 'GOOD' }, async () => ({
      kind: 'unknown',
    }));
    const nothing = { generation: null, evictedEntryId: null, counted: false };
    expect(data).toEqual({ rateGeneration: nothing });
  });

  it('says what is wrong with a verdict', async () => {
    const { errors } = await run({ generationId: 'x', verdict: 'WRONG_CACHE_HIT' }, async () => ({
      kind: 'refused',
      field: 'verdict',
      message: 'must not be WRONG_CACHE_HIT: the answer is no cache hit, its outcome is MISS',
    }));
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('input.verdict must not be WRONG_CACHE_HIT'),
        extensions: { code: 'BAD_USER_INPUT', field: 'input.verdict' },
      },
    ]);
  });

  it('takes a comment of 2,000 characters, and none that is longer', async () => {
    const rate = vi.fn<RateGeneration>(async () => rated);
    const input = { generationId: 'x', verdict: 'GOOD' };
    expect((await run({ ...input, comment: 'x'.repeat(2_000) }, rate)).errors).toBeUndefined();
    expect((await run({ ...input, comment: null }, rate)).errors).toBeUndefined();
    const { errors } = await run({ ...input, comment: 'x'.repeat(2_001) }, rate);
    expect(errors).toMatchObject([{ extensions: { field: 'input.comment' } }]);
    expect(rate).toHaveBeenCalledTimes(2);
  });

  it('says that it may be sent again when it was not taken down', async () => {
    const { errors } = await run({ generationId: 'x', verdict: 'GOOD' }, async () => {
      throw new RatingUnavailable(new Error('connect ECONNREFUSED 10.0.0.1:6379'));
    });
    const { error, unforeseen } = maskError(errors?.[0]);
    expect(error).toMatchObject({
      message: expect.stringMatching(/try again/),
      extensions: { code: 'UNAVAILABLE', retryable: true },
    });
    expect(error.message).not.toContain('10.0.0.1');
    expect(unforeseen).toBeNull();
  });
});
