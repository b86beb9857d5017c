import { expect } from 'vitest';
import type { GatewayError } from '../../src/domain/errors.ts';
import type { Estimate, Limiter } from '../../src/tenancy/limiter.ts';
import type { OpenLimiters } from './open-limiters.ts';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Nothing of the calendar begins or ends within minutes of it. */
export const NOON = Date.UTC(2026, 10, 24, 12, 10);

let generations = 0;
export function newId(): string {
  generations += 1;
  return `generation-${generations}`;
}

export function estimate(tokens: number, costUsd: number | null = 0): Estimate {
  return { tokens, costUsd };
}

/** Fifty times at the same moment, half of them at either; how many were allowed. */
export async function allowedAtOnce(
  { here, there }: OpenLimiters,
  ask: (limiter: Limiter) => Promise<GatewayError | null>,
): Promise<number> {
  const asked = Array.from({ length: 50 }, (_, index) => ask(index % 2 === 0 ? here : there));
  return (await Promise.all(asked)).filter((refusal) => refusal === null).length;
}

/** Fails unless what is refused is allowed after as long as it says, and not a millisecond before. */
export async function expectAllowedAfter(
  { advance }: OpenLimiters,
  retryAfterMs: number,
  ask: () => Promise<GatewayError | null>,
) {
  await advance(retryAfterMs - 1);
  expect(await ask()).toMatchObject({ retryAfterMs: 1 });
  await advance(1);
  expect(await ask()).toBeNull();
}
