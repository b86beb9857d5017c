import { memoryVetoes } from '../../src/cache/semantic/memory-vetoes.ts';
import { openRedisVetoes } from '../support/open-vetoes.ts';
import { useServerAndCluster } from '../support/use-redis.ts';
import { describeSharedVetoes, describeVetoes } from './vetoes.ts';

const redis = useServerAndCluster();
const newShare = () => `${crypto.randomUUID()}:`;

describeVetoes('in memory', async () => {
  const vetoes = memoryVetoes();
  return { vetoes, [Symbol.asyncDispose]: () => vetoes[Symbol.asyncDispose]() };
});
describeVetoes('in Redis', () => openRedisVetoes(redis.server.url, newShare()));
describeSharedVetoes('in Redis', (share) => openRedisVetoes(redis.server.url, share));
describeVetoes('in a Redis Cluster', () => openRedisVetoes(redis.cluster.url, newShare()));
describeSharedVetoes('in a Redis Cluster', (share) => openRedisVetoes(redis.cluster.url, share));
