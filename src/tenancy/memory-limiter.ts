import type { Clock } from '../domain/clock.ts';
import { createLimitAccount, type LimitAccount } from './limit-account.ts';
import { MINUTE_MS } from './limit-minute.ts';
import { refuseCall, refuseEntry, refuseForEver, refuseRequest } from './limit-refusals.ts';
import type { Limiter } from './limiter.ts';

/**
 * A limiter for one process. A tenant takes room while any of its windows has something in it: it is forgotten within
 * a minute after, but for what it has spent in total, which is kept as long as the process runs.
 */
export function memoryLimiter({ clock }: { clock: Clock }): Limiter {
  const accounts = new Map<string, LimitAccount>();
  let lookedAt = clock.now();

  function accountOf(tenant: string, now: number): LimitAccount {
    if (Math.abs(now - lookedAt) >= MINUTE_MS) {
      lookedAt = now;
      forgetEmpty(accounts, now);
    }
    const known = accounts.get(tenant);
    if (known !== undefined) return known;
    const account = createLimitAccount();
    accounts.set(tenant, account);
    return account;
  }

  return {
    async admit({ tenant, limits }) {
      const now = clock.now();
      const { requests } = accountOf(tenant, now);
      const refusal = refuseRequest(requests.useAt(now), limits.requestsPerMinute);
      if (refusal === null) requests.add(1, now, now);
      return refusal;
    },
    async enter({ tenant, limits }, generationId) {
      const { underWay } = accountOf(tenant, clock.now());
      if (underWay.has(generationId)) return null;
      const refusal = refuseEntry(underWay.size, limits.maxConcurrent);
      if (refusal === null) underWay.add(generationId);
      return refusal;
    },
    leave: (tenant, generationId) => void accounts.get(tenant)?.underWay.delete(generationId),
    async reserve({ tenant, limits }, generationId, estimate) {
      const now = clock.now();
      const account = accountOf(tenant, now);
      const never = refuseForEver(estimate, limits);
      if (never !== null) return never;
      const use = account.useAt(now, limits.budget?.window ?? 'TOTAL');
      if (account.hasSetAside(generationId)) return null;
      const refusal = refuseCall(use, estimate, limits);
      if (refusal === null) account.setAside(generationId, estimate, now);
      return refusal;
    },
    settle: (tenant, id, taken) => accounts.get(tenant)?.settle(id, taken, clock.now()),
    async [Symbol.asyncDispose]() {
      accounts.clear();
    },
  };
}

/** Nobody can tell an account that is empty from one that is not there. */
export function forgetEmpty(accounts: Map<string, LimitAccount>, now: number): void {
  for (const [tenant, account] of accounts) if (account.isEmptyAt(now)) accounts.delete(tenant);
}
