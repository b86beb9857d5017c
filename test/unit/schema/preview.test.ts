import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { fakeContext, fakeGenerations } from '../../support/fake-services.ts';
import { sampleFailure } from '../../support/sample-generation.ts';

const schema = createSchema();
const source = `{
  preview(input: { prompt: "Hi" }) {
    decision { routing { tier } }
    wouldFail { code message }
    inputTokens
    estimatedCostUsd
    estimatedCostUpperUsd
  }
}`;

describe('preview', () => {
  it('tells what generate would do', async () => {
    expect(await graphql({ schema, source, contextValue: fakeContext() })).toEqual({
      data: {
        preview: {
          decision: { routing: { tier: 'LARGE' } },
          wouldFail: null,
          inputTokens: 12,
          estimatedCostUsd: null,
          estimatedCostUpperUsd: null,
        },
      },
    });
  });

  it('tells how generate would fail', async () => {
    const wouldFail = sampleFailure({ code: 'PROMPT_TOO_LONG', message: 'Too long.' });
    const preview = async () => ({
      decision: null,
      wouldFail,
      inputTokens: 9000,
      estimatedCostUsd: 0.1,
      estimatedCostUpperUsd: 0.2,
    });
    const contextValue = fakeContext({ services: { generations: fakeGenerations({ preview }) } });

    expect(await graphql({ schema, source, contextValue })).toEqual({
      data: {
        preview: {
          decision: null,
          wouldFail: { code: 'PROMPT_TOO_LONG', message: 'Too long.' },
          inputTokens: 9000,
          estimatedCostUsd: 0.1,
          estimatedCostUpperUsd: 0.2,
        },
      },
    });
  });
});
