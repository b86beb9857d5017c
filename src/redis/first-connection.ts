import { Cluster } from 'ioredis';
import type { RedisClient } from './client.ts';

/** Resolves when the client is connected, has failed to for the first time, or the time is over. */
export async function firstConnection(client: RedisClient, withinMs: number): Promise<void> {
  if (client.status !== 'ready') await firstEvent(client, withinMs);
  if (!(client instanceof Cluster)) return;
  await Promise.all(client.nodes('master').map((node) => firstConnection(node, withinMs)));
}

async function firstEvent(client: RedisClient, withinMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = ['ready', 'error', 'close', 'end'] as const;
  const timer = setTimeout(resolve, withinMs);
  for (const event of events) client.on(event, resolve);
  await promise;
  clearTimeout(timer);
  for (const event of events) client.off(event, resolve);
}
