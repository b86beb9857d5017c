import { findRedisServer } from './redis-binary.ts';

/** Runs once before all tests: what the tests start must be there before the first of them is timed. */
export async function setup(): Promise<void> {
  await findRedisServer();
}
