import type { Cluster, Redis } from 'ioredis';
import type { Logger } from '../telemetry/logger.ts';
import { withoutArguments } from './errors.ts';

/** Logs once that a Redis went away, and once that it came back. */
export function logChanges(redis: Redis | Cluster, name: string, logger: Logger): void {
  let state: 'new' | 'up' | 'down' = 'new';

  function away(error?: Error): void {
    if (state === 'down') return;
    state = 'down';
    const fields = error === undefined ? {} : { error: withoutArguments(error) };
    logger.warn(fields, `${name} is away`);
  }

  redis.on('ready', () => {
    if (state !== 'up') logger.info({}, `${name} connected`);
    state = 'up';
  });
  // Every failed attempt is an error event. A connection that Redis closes properly is none, but it is
  // tried again, as one that the gateway closes is not.
  redis.on('error', away);
  redis.on('reconnecting', () => away());
}

/** Logs once each that a node of a cluster went away, while others are there, and that it came back. */
export function logNodeChanges(cluster: Cluster, name: string, logger: Logger): void {
  const away = new Set<string>();

  cluster.on('node error', (error: Error, node: string) => {
    if (cluster.status !== 'ready' || away.has(node)) return;
    away.add(node);
    logger.warn({ node, error: withoutArguments(error) }, `a node of ${name} is away`);
  });
  cluster.on('+node', (redis: Redis) => {
    const { host, port } = redis.options;
    const node = `${host}:${port}`;
    redis.on('ready', () => {
      if (away.delete(node)) logger.info({ node }, `a node of ${name} connected`);
    });
  });
  cluster.on('reconnecting', () => away.clear());
}
