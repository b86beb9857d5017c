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
  /**
   * How many tokens the answer of a request may have: what it says itself. Where a budget is to hold, it has a bound
   * also when it says none; null otherwise.
   */
  maxTokensOf(caller: Principal, asked: number | null): number | null;
  /** What asking the models will count for. */
  expenseOf(caller: Principal, generationId: string, question: Question): Expense;
  /** This process goes on with the run of another, which a generation has to pay. */
  answerFor(generationId: string): void;
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
  /** What an answer without `maxTokens` is taken to need, and may have where a budget is to hold. */
  readonly assumedOutputTokens: number;
};

/** Asks the limiter on behalf of callers who have limits, and nobody for the others. */
export function createSpending(deps: SpendingDeps): Spending {
  const { limiter } = deps;
  /** The generations that something was set aside for, and that this process may have to settle. */
  const reserved = new Set<string>();

  function remember(generationId: string) {
    // What another process has settled in the end is never asked for here.
    const [oldest] = reserved.size < MOST_REMEMBERED ? [] : reserved;
    if (oldest !== undefined) reserved.delete(oldest);
    reserved.add(generationId);
  }

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
        remember(generationId);
      },
      release() {
        reserved.delete(generationId);
        limiter.settle(tenant, generationId, { tokens: 0, costUsd: 0 });
      },
    };
  }

  function settle(record: RequestRecord, generationId: string): void {
    if (!reserved.delete(generationId)) return;
    const { tenant, inputTokens, outputTokens, costUsd } = record;
    limiter.settle(tenant, generationId, { tokens: inputTokens + outputTokens, costUsd });
  }

  return {
    admit,
    enter,
    maxTokensOf: ({ limits }, asked) => asked ?? (limits?.budget ? deps.assumedOutputTokens : null),
    expenseOf,
    answerFor: remember,
    settle,
  };
}

/** More than are ever under way. */
const MOST_REMEMBERED = 100_000;

const NO_EXPENSE: Expense = { async reserve() {}, release() {} };

/**
 * The tokens of one answer, and the cost of one by each candidate: all of them may have said something before they
 * failed. What a provider charges for a prompt that is sent again after a timeout comes on top. The cost is null when
 * one of them has no known price.
 */
function estimateFor(
  { candidates, call, inputTokens }: Question,
  { priceOf, assumedOutputTokens }: SpendingDeps,
): Estimate {
  const outputTokens = call.maxTokens ?? assumedOutputTokens;
  const costs = candidates.map(({ model }) => priceOf(model, { inputTokens, outputTokens }));
  const known = costs.filter((cost) => cost !== null);
  return {
    tokens: inputTokens + outputTokens,
    costUsd: known.length < costs.length ? null : known.reduce((sum, cost) => sum + cost, 0),
  };
}

function throwIfAny(refusal: Error | null): void {
  if (refusal !== null) throw refusal;
}
