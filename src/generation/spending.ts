import type { RequestRecord } from '../telemetry/statistics.ts';
import type { Estimate, Limiter } from '../tenancy/limiter.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { PriceOf } from '../upstream/prices.ts';
import type { Question } from './ask.ts';

/** What generations count for towards the limits of their callers. */
export type Spending = {
  /** Counts a request. Throws RATE_LIMITED. */
  admit(caller: Principal): Promise<void>;
  /** Counts a generation that no stored answer serves, until the function that it resolves to is called. Throws RATE_LIMITED. */
  enter(caller: Principal, generationId: string): Promise<() => void>;
  /** What asking the models will count for. */
  expenseOf(caller: Principal, generationId: string, question: Question): Expense;
  /** Counts what a request has taken, once it has ended, in place of what was set aside for it. */
  settle(record: RequestRecord, generationId: string): void;
};

/** What one call of the models may take. */
export type Expense = {
  /** Sets it aside, before the models are asked. Throws RATE_LIMITED or BUDGET_EXCEEDED. */
  reserve(): Promise<void>;
  /** The models are not asked after all. */
  release(): void;
};

export type SpendingDeps = {
  readonly limiter: Limiter;
  readonly priceOf: PriceOf;
  /** What an answer without `maxTokens` is taken to need. */
  readonly assumedOutputTokens: number;
};

/** Asks the limiter on behalf of callers who have limits, and nobody for the others. */
export function createSpending(deps: SpendingDeps): Spending {
  const { limiter } = deps;
  /** The generations for which this process has set something aside. */
  const reserved = new Set<string>();

  async function admit({ tenant, limits }: Principal): Promise<void> {
    if (limits !== null) throwIfAny(await limiter.admit({ tenant, limits }));
  }

  async function enter({ tenant, limits }: Principal, generationId: string) {
    if (limits === null) return () => {};
    throwIfAny(await limiter.enter({ tenant, limits }, generationId));
    return () => limiter.leave(tenant, generationId);
  }

  function expenseOf({ tenant, limits }: Principal, generationId: string, question: Question) {
    if (limits === null) return NO_EXPENSE;
    return {
      async reserve() {
        const estimate = estimateFor(question, deps);
        throwIfAny(await limiter.reserve({ tenant, limits }, generationId, estimate));
        reserved.add(generationId);
      },
      release() {
        reserved.delete(generationId);
        limiter.settle(tenant, generationId, { tokens: 0, costUsd: 0 });
      },
    };
  }

  function settle(record: RequestRecord, generationId: string): void {
    // What another process has set aside, before it was lost, was for a model call of its own.
    if (!reserved.delete(generationId) && !hasCalledModel(record)) return;
    const { tenant, inputTokens, outputTokens, costUsd } = record;
    limiter.settle(tenant, generationId, { tokens: inputTokens + outputTokens, costUsd });
  }

  return { admit, enter, expenseOf, settle };
}

const NO_EXPENSE: Expense = { async reserve() {}, release() {} };

/** As much as the answer may take of the dearest candidate. Null when one of them has no known price. */
function estimateFor(
  { candidates, call, inputTokens }: Question,
  { priceOf, assumedOutputTokens }: SpendingDeps,
): Estimate {
  const outputTokens = call.maxTokens ?? assumedOutputTokens;
  const costs = candidates.map(({ model }) => priceOf(model, { inputTokens, outputTokens }));
  const known = costs.filter((cost) => cost !== null);
  return {
    tokens: inputTokens + outputTokens,
    costUsd: known.length < costs.length ? null : Math.max(...known),
  };
}

function hasCalledModel({ model, cacheOutcome }: RequestRecord): boolean {
  return model !== null && cacheOutcome !== 'JOINED';
}

function throwIfAny(refusal: Error | null): void {
  if (refusal !== null) throw refusal;
}
