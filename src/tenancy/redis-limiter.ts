import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';
import type { GatewayError } from '../domain/errors.ts';
import type { DependencyHealth } from '../domain/health.ts';
import type { RedisClient } from '../redis/client.ts';
import { createGuard } from '../redis/guard.ts';
import type { Logger } from '../telemetry/logger.ts';
import { nanoUsdOf } from './limit-money.ts';
import { refuseForEver } from './limit-refusals.ts';
import type { Account, Estimate, Limiter, Taken } from './limiter.ts';
import { memoryLimiter } from './memory-limiter.ts';
import type { Limits } from './principal.ts';
import { createLimitCalls, type Settlement } from './redis-limit-calls.ts';
import { redisLimitPlaces } from './redis-limit-places.ts';
import { redisLimitSettlements } from './redis-limit-settlements.ts';

/** So many reservations that Redis may not have heard of are remembered. */
const MOST_UNHEARD = 50_000;

/** So long without a failure, and Redis is back. */
const CALM_MS = 1_000;

const UNBOUNDED: Limits = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxConcurrent: null,
  budget: null,
};

const NOTHING: Taken = { tokens: 0, costUsd: 0 };

export type RedisLimiterOptions = {
  readonly redis: RedisClient;
  readonly keyPrefix: string;
  /** How long Redis may be silent. */
  readonly timeoutMs: number;
  /** How long a process may be silent before what it has under way counts no more. */
  readonly lostAfterMs: number;
  /** What Redis tells the time by, in Lua: SERVER_TIME, so that processes need not agree on it. */
  readonly time: string;
  /** Calls back when Redis may have come back with less than it had; returns what ends that. */
  readonly onReconnected: (callback: () => void) => () => void;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** `isKnown`: it is the decision of Redis. */
type Decision = { readonly isKnown: boolean; readonly refusal: GatewayError | null };
type Call = () => Promise<GatewayError | null>;
type Here = (account: Account) => Promise<GatewayError | null>;

/** A reservation that Redis has not confirmed. */
type Unheard = {
  /** By the clock's `elapsed`. */
  readonly at: number;
  readonly nanoUsd: number;
};

/** The same as Redis is told, but for the time, which goes by until it is. */
type UntoldSettlement = Omit<Settlement, 'agoMs'> & { readonly reservedAt: number | null };

/**
 * A limiter for all processes that share a Redis (6.2 or later). Every decision is one command, by the clock of Redis.
 * What Redis holds of a tenant expires when it means nothing any more; what was spent in total stays.
 *
 * While Redis is away a tenant is held against what this process itself has counted, before and since. When it is back,
 * it is told what generations have taken in the meantime, as soon as they end, and which are under way. One that comes
 * back empty has forgotten what was spent before.
 *
 * @param options.redis not closed by this; has to be open until this is disposed of
 */
export function redisLimiter(
  options: RedisLimiterOptions,
): Limiter & { health(): DependencyHealth } {
  const { timeoutMs, clock, logger } = options;
  const guard = createGuard({
    ...{ name: 'redis', timeoutMs, clock },
    whenAway: 'each process holds tenants against what it has counted itself',
  });
  const calls = createLimitCalls(options);
  const places = redisLimitPlaces({ ...options, calls, guard });
  const settlements = redisLimitSettlements<UntoldSettlement>({
    tell: async (settlement) => (await ask(() => settle(settlement))) !== undefined,
    insist: (settlement) => guard.insist(() => settle(settlement)).catch(() => false),
    logger,
  });
  /** Counts what this process does, whether Redis does too or not. */
  const local = memoryLimiter({ clock });
  const unheard = new LRUCache<string, Unheard>({ max: MOST_UNHEARD });
  /** By the clock's `elapsed`; null while all goes well. */
  let lastFailedAt: number | null = null;

  /** As Redis decides, else as is decided here. What Redis allows is counted here as well. */
  async function decide(account: Account, call: Call, here: Here): Promise<Decision> {
    const answer = await ask(call);
    if (answer === undefined) return decideHere(account, here);
    if (answer === null) await here({ ...account, limits: UNBOUNDED });
    return { isKnown: true, refusal: answer };
  }

  async function decideHere(account: Account, here: Here): Promise<Decision> {
    return { isKnown: false, refusal: await here(account) };
  }

  /** Undefined when Redis did not answer. */
  async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      const answer = await guard.run(call);
      noteAnswer();
      return answer;
    } catch (error) {
      noteFailure(error);
      return undefined;
    }
  }

  function noteFailure(error: unknown) {
    if (lastFailedAt === null) {
      logger.warn({ error }, 'redis counts for no limits: each process does by itself');
    }
    lastFailedAt = clock.elapsed();
  }

  /** One node of a cluster answers while another does not: that is not said again with every call. */
  function noteAnswer() {
    if (lastFailedAt === null || clock.elapsed() - lastFailedAt < CALM_MS) return;
    lastFailedAt = null;
    logger.info({}, 'redis counts for limits again');
  }

  async function settle({ reservedAt, ...settlement }: UntoldSettlement): Promise<boolean> {
    const agoMs = reservedAt === null ? null : Math.round(clock.elapsed() - reservedAt);
    await calls.settle({ ...settlement, agoMs });
    return true;
  }

  function settleInRedis(tenant: string, generationId: string, taken: Taken) {
    const reservation = unheard.get(generationId);
    unheard.delete(generationId);
    settlements.add({
      tenant,
      generationId,
      tokens: taken.tokens,
      nanoUsd: taken.costUsd === null ? (reservation?.nanoUsd ?? null) : nanoUsdOf(taken.costUsd),
      reservedAt: reservation?.at ?? null,
    });
  }

  async function reserve(account: Account, generationId: string, estimate: Estimate) {
    const never = refuseForEver(estimate, account.limits);
    if (never !== null) return never;
    const reservation = { at: clock.elapsed(), nanoUsd: nanoUsdOf(estimate.costUsd ?? 0) };
    const here = (of: Account) => local.reserve(of, generationId, estimate);
    let isAsked = false;
    const call = () => {
      isAsked = true;
      return calls.reserve(account, generationId, estimate);
    };
    // Before that, Redis would take it for the reservation that is to be settled.
    const mayAsk = await settlements.areConfirmed(generationId);
    const decision = mayAsk ? await decide(account, call, here) : await decideHere(account, here);
    if (decision.isKnown) return decision.refusal;
    if (decision.refusal === null || isAsked) unheard.set(generationId, reservation);
    // Redis may have set it aside all the same, or be about to.
    if (decision.refusal !== null && isAsked) settleInRedis(account.tenant, generationId, NOTHING);
    return decision.refusal;
  }

  return {
    async admit(account) {
      return (await decide(account, () => calls.admit(account), local.admit)).refusal;
    },
    async enter(account, generationId) {
      const { refusal } = await decide(
        account,
        () => calls.enter(account, generationId),
        (of) => local.enter(of, generationId),
      );
      if (refusal === null) places.add(account.tenant, generationId);
      return refusal;
    },
    leave(tenant, generationId) {
      local.leave(tenant, generationId);
      places.remove(tenant, generationId);
    },
    reserve,
    settle(tenant, generationId, taken) {
      local.settle(tenant, generationId, taken);
      settleInRedis(tenant, generationId, taken);
    },
    health: guard.health,
    async [Symbol.asyncDispose]() {
      await places[Symbol.asyncDispose]();
      await settlements[Symbol.asyncDispose]();
      await local[Symbol.asyncDispose]();
    },
  };
}
