import { createSpending, type Spending } from '../../src/generation/spending.ts';
import type { Limiter } from '../../src/tenancy/limiter.ts';

/** For callers without limits: nobody is asked, and nobody is to be. */
export function unlimited(): Spending {
  return createSpending({
    limiter: limiterThatIsNotAsked,
    priceOf: () => null,
    assumedOutputTokens: 100,
  });
}

async function refuse(): Promise<never> {
  throw new Error('A caller without limits was held against them.');
}

const limiterThatIsNotAsked: Limiter = {
  admit: refuse,
  enter: refuse,
  reserve: refuse,
  leave: refuse,
  settle: refuse,
  async [Symbol.asyncDispose]() {},
};
