import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { createSpending } from '../../../src/generation/spending.ts';
import type { Estimate, Limiter, Taken } from '../../../src/tenancy/limiter.ts';
import type { Limits } from '../../../src/tenancy/principal.ts';
import { samplePrincipal } from '../../support/sample-principal.ts';
import { sampleRecord } from '../../support/sample-record.ts';
import { sampleRunSpec } from '../../support/sample-run-spec.ts';

const limits: Limits = {
  requestsPerMinute: 10,
  tokensPerMinute: null,
  maxConcurrent: null,
  budget: null,
};
const limited = samplePrincipal({ limits });
const { question } = sampleRunSpec();
const twoModels = {
  ...question,
  candidates: [
    { model: 'large', tier: 'LARGE' },
    { model: 'small', tier: 'SMALL' },
  ],
  inputTokens: 100,
} as const;

/** A limiter that notes what it is told, and refuses with `refusal`. */
function notedLimiter(refusal: GatewayError | null = null) {
  const asked: string[] = [];
  const estimates: Estimate[] = [];
  const settled: [string, string, Taken][] = [];
  const limiter: Limiter = {
    async admit({ tenant }) {
      asked.push(`admit ${tenant}`);
      return refusal;
    },
    async enter({ tenant }, id) {
      asked.push(`enter ${tenant} ${id}`);
      return refusal;
    },
    leave: (tenant, id) => void asked.push(`leave ${tenant} ${id}`),
    async reserve(_account, _id, estimate) {
      estimates.push(estimate);
      return refusal;
    },
    settle: (...args) => void settled.push(args),
    async [Symbol.asyncDispose]() {},
  };
  const prices = new Map([
    ['large', 3],
    ['small', 1],
  ]);
  const spending = createSpending({
    limiter,
    priceOf(model, { inputTokens, outputTokens }) {
      const price = prices.get(model);
      return price === undefined ? null : price * (inputTokens + outputTokens);
    },
    assumedOutputTokens: 50,
  });
  return { spending, asked, estimates, settled };
}

describe('a caller without limits', () => {
  it('is held against none, and nobody is asked', async () => {
    const { spending, asked, estimates, settled } = notedLimiter();
    const free = samplePrincipal();
    await spending.admit(free);
    (await spending.enter(free, 'a'))();
    await spending.expenseOf(free, 'a', question).reserve();
    spending.expenseOf(free, 'a', question).release();
    spending.settle(sampleRecord(), 'a');
    expect([asked, estimates, settled]).toEqual([[], [], []]);
  });
});

describe('a caller with limits', () => {
  it('is counted under his tenant', async () => {
    const { spending, asked } = notedLimiter();
    await spending.admit(limited);
    const leave = await spending.enter(limited, 'a');
    leave();
    expect(asked).toEqual(['admit acme', 'enter acme a', 'leave acme a']);
  });

  it('is told the refusal of the limiter', async () => {
    const refusal = new GatewayError('RATE_LIMITED', 'Too many.', { retryAfterMs: 7 });
    const { spending } = notedLimiter(refusal);
    await expect(spending.admit(limited)).rejects.toBe(refusal);
    await expect(spending.enter(limited, 'a')).rejects.toBe(refusal);
    await expect(spending.expenseOf(limited, 'a', question).reserve()).rejects.toBe(refusal);
  });

  it('has set aside what all candidates may take, for one answer', async () => {
    const { spending, estimates } = notedLimiter();
    await spending.expenseOf(limited, 'a', withMaxTokens(null)).reserve();
    await spending.expenseOf(limited, 'b', withMaxTokens(10)).reserve();
    expect(estimates).toEqual([
      { tokens: 150, costUsd: 600 },
      { tokens: 110, costUsd: 440 },
    ]);
  });

  it('has a cost that is not known when one of the candidates has no price', async () => {
    const { spending, estimates } = notedLimiter();
    const candidates = [...twoModels.candidates, { model: 'new', tier: null }] as const;
    await spending.expenseOf(limited, 'a', { ...twoModels, candidates }).reserve();
    expect(estimates[0]?.costUsd).toBeNull();
  });
});

describe('the longest answer', () => {
  const budget = { usd: 1, window: 'DAY' } as const;

  it('is what the request says, and bounded where a budget is to hold', () => {
    const { spending } = notedLimiter();
    const withBudget = samplePrincipal({ limits: { ...limits, budget } });
    expect(spending.maxTokensOf(limited, null)).toBeNull();
    expect(spending.maxTokensOf(limited, 7)).toBe(7);
    expect(spending.maxTokensOf(withBudget, null)).toBe(50);
    expect(spending.maxTokensOf(withBudget, 9_000)).toBe(9_000);
  });
});

describe('what was set aside', () => {
  it('is settled with what was taken, in whichever way the generation ended', async () => {
    const { spending, settled } = notedLimiter();
    await spending.expenseOf(limited, 'a', question).reserve();
    const usage = { inputTokens: 30, outputTokens: 12, costUsd: 0.5 };
    spending.settle(sampleRecord({ tenant: 'acme', status: 'CANCELLED', ...usage }), 'a');
    expect(settled).toEqual([['acme', 'a', { tokens: 42, costUsd: 0.5 }]]);
  });

  it('is settled for a generation that failed before a model was asked', async () => {
    const { spending, settled } = notedLimiter();
    await spending.expenseOf(limited, 'a', question).reserve();
    const nothing = { model: null, inputTokens: 0, outputTokens: 0, costUsd: 0 };
    spending.settle(sampleRecord({ ...nothing, status: 'FAILED' }), 'a');
    expect(settled).toHaveLength(1);
  });

  it('is settled by whoever goes on with the call of a process that was lost', () => {
    const { spending, settled } = notedLimiter();
    spending.answerFor('a');
    spending.settle(sampleRecord({ model: 'large', cacheOutcome: 'MISS' }), 'a');
    spending.settle(sampleRecord({ model: 'large', cacheOutcome: 'MISS' }), 'a');
    expect(settled).toHaveLength(1);
  });

  it('is nothing for what nothing was set aside for', () => {
    const { spending, settled } = notedLimiter();
    spending.settle(sampleRecord({ model: 'large', cacheOutcome: 'JOINED' }), 'a');
    spending.settle(sampleRecord({ model: null, cacheOutcome: 'EXACT' }), 'b');
    spending.settle(sampleRecord(), 'of a caller without limits');
    expect(settled).toEqual([]);
  });
});

function withMaxTokens(maxTokens: number | null) {
  return { ...twoModels, call: { ...twoModels.call, maxTokens } };
}
