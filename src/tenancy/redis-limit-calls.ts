import { z } from 'zod';
import { escapeName } from '../cache/place.ts';
import type { GatewayError } from '../domain/errors.ts';
import type { RedisClient } from '../redis/client.ts';
import { answerOf } from '../redis/errors.ts';
import { windowAt } from './budget-window.ts';
import { nanoUsdOf } from './limit-money.ts';
import { refuseCall, refuseEntry, refuseRequest } from './limit-refusals.ts';
import type { Account, Estimate } from './limiter.ts';
import { defineLimitScripts } from './redis-limit-scripts.ts';

/** What a generation has taken, to be counted in place of what was set aside for it. */
export type Settlement = {
  readonly tenant: string;
  readonly generationId: string;
  readonly tokens: number;
  /** Null: as much as was set aside. */
  readonly nanoUsd: number | null;
  /** How long ago that was, if Redis may not have heard of it; then `nanoUsd` is not null. */
  readonly agoMs: number | null;
};

/**
 * What a limiter does, in Redis: one command each, and it rejects when Redis fails. What resolves to a GatewayError
 * refuses, and has counted nothing.
 */
export type LimitCalls = {
  admit(account: Account): Promise<GatewayError | null>;
  enter(account: Account, generationId: string): Promise<GatewayError | null>;
  /** Keeps places that are about to be free by themselves, or are so already. */
  renew(tenant: string, generationIds: readonly string[]): Promise<unknown>;
  leave(tenant: string, generationIds: readonly string[]): Promise<unknown>;
  /** Not for what is refused for ever. */
  reserve(account: Account, generationId: string, estimate: Estimate): Promise<GatewayError | null>;
  settle(settlement: Settlement): Promise<unknown>;
};

/**
 * @param options.time what the scripts tell the time by
 * @param options.lostAfterMs when a place is free that is not renewed
 */
export function createLimitCalls(options: {
  redis: RedisClient;
  keyPrefix: string;
  time: string;
  lostAfterMs: number;
}): LimitCalls {
  const { redis, keyPrefix, lostAfterMs } = options;
  const scripts = defineLimitScripts(options.time);
  const keysOf = (tenant: string) => limitKeys(keyPrefix, tenant);

  return {
    async admit({ tenant, limits: { requestsPerMinute: figure } }) {
      const answer = await scripts.admit(redis, [keysOf(tenant).requests], [figure ?? '']);
      const [allowed, previous, current, elapsedMs] = admission.parse(answer);
      return allowed ? null : refuseRequest({ previous, current, elapsedMs }, figure);
    },
    async enter({ tenant, limits: { maxConcurrent: figure } }, generationId) {
      const args = [generationId, figure ?? '', lostAfterMs];
      const [allowed, count] = entry.parse(
        await scripts.enter(redis, [keysOf(tenant).underWay], args),
      );
      return allowed ? null : refuseEntry(count, figure);
    },
    renew: (tenant, generationIds) =>
      scripts.renew(redis, [keysOf(tenant).underWay], [lostAfterMs, ...generationIds]),
    leave: (tenant, generationIds) =>
      answerOf(redis.zrem(keysOf(tenant).underWay, ...generationIds)),
    async reserve({ tenant, limits }, generationId, estimate) {
      const { tokensPerMinute, budget } = limits;
      const window = budget?.window ?? 'TOTAL';
      const args = [
        ...[generationId, estimate.tokens, nanoUsdOf(estimate.costUsd ?? 0)],
        ...[tokensPerMinute ?? '', budget === null ? '' : nanoUsdOf(budget.usd), window],
      ];
      const answer = await scripts.reserve(redis, callKeys(keysOf(tenant)), args);
      const [allowed, previous, current, elapsedMs, taken, aside, now] = reservation.parse(answer);
      if (allowed) return null;
      const { endsAt } = windowAt(window, now);
      const use = {
        tokens: { previous, current, elapsedMs },
        window: { taken, aside, endsInMs: endsAt === null ? null : endsAt - now },
      };
      return refuseCall(use, estimate, limits);
    },
    settle({ tenant, generationId, tokens, nanoUsd, agoMs }) {
      const args = [generationId, tokens, nanoUsd ?? '', agoMs ?? ''];
      return scripts.settle(redis, callKeys(keysOf(tenant)), args);
    },
  };
}

const number = z.number();
const admission = z.tuple([number, number, number, number]);
const entry = z.tuple([number, number]);
const reservation = z.tuple([number, number, number, number, number, number, number]);

/** Where the use of one tenant lies, in one slot of a cluster. */
type LimitKeys = {
  /** Hashes: `minute` (since the Unix epoch), `current` and `previous`: what was counted in it and in the one before. */
  readonly requests: string;
  readonly tokens: string;
  /** Hash: by kind of window its `.start`, what is `.taken` in it, and the part of that which is set `.aside`. */
  readonly spent: string;
  /** Hash: by generation when, how many tokens and how many nano-dollars were set aside; empty once settled. */
  readonly reserved: string;
  /** Sorted set: the generations in `reserved` by when. */
  readonly reservedAt: string;
  /** Sorted set: the generations under way, by when they are taken for lost. */
  readonly underWay: string;
};

function limitKeys(keyPrefix: string, tenant: string): LimitKeys {
  const root = `${keyPrefix}limits:{${escapeName(tenant)}}:`;
  return {
    requests: `${root}requests`,
    tokens: `${root}tokens`,
    spent: `${root}spent`,
    reserved: `${root}reserved`,
    reservedAt: `${root}reserved-at`,
    underWay: `${root}under-way`,
  };
}

function callKeys({ tokens, spent, reserved, reservedAt }: LimitKeys): string[] {
  return [tokens, spent, reserved, reservedAt];
}
