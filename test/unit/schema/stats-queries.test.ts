import { graphql } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import type { Statistics } from '../../../src/telemetry/statistics.ts';
import {
  caller,
  emptySummary,
  fakeCache,
  fakeContext,
  fakeStatistics,
  operator,
  sampleSemanticStatus,
} from '../../support/fake-services.ts';

const schema = createSchema();

describe('cacheStats and routingStats', () => {
  it('answer before anything was counted', async () => {
    const source = `{
      cacheStats {
        enabled store storeHealthy requests hitRate entries savedUsd hitLatency { count p95Ms }
      }
      routingStats(window: DAY) {
        enabled
        abTestRatio
        models { model tier requests errorRate available meanRating total { count maxMs } }
        complexity { complexity requests }
        experiments { key state arms { arm } }
      }
    }`;

    const untouched = {
      requests: 0,
      errorRate: null,
      available: true,
      meanRating: null,
      total: { count: 0, maxMs: null },
    };
    expect(await graphql({ schema, source, contextValue: fakeContext() })).toEqual({
      data: {
        cacheStats: {
          enabled: true,
          store: 'MEMORY',
          storeHealthy: true,
          requests: 0,
          hitRate: null,
          entries: null,
          savedUsd: null,
          hitLatency: { count: 0, p95Ms: null },
        },
        routingStats: {
          enabled: false,
          abTestRatio: 0.25,
          models: [
            { model: 'large-model', tier: 'LARGE', ...untouched },
            { model: 'small-model', tier: 'SMALL', ...untouched },
          ],
          complexity: [
            { complexity: 'SIMPLE', requests: 0 },
            { complexity: 'MEDIUM', requests: 0 },
            { complexity: 'COMPLEX', requests: 0 },
          ],
          experiments: [],
        },
      },
    });
  });

  it('show what the cache refused, and what its error rate rests on', async () => {
    const source = `{
      cacheStats {
        refusals { kind requests }
        semanticEnabled
        evidence {
          maxErrorRate threshold hits wrongHits upperBound confidenceLevel heldOutMatches mix modelVersion
        }
        indexedEntries
        indexBytes
      }
    }`;
    const cache = fakeCache();
    const status = await cache.status();
    const semantic = sampleSemanticStatus();
    const summary = emptySummary({ refusals: { NUMBER: 3 } });
    const contextValue = fakeContext({
      principal: operator,
      services: {
        cache: { ...cache, status: async () => ({ ...status, semantic }) },
        statistics: fakeStatistics({ read: async () => summary }),
      },
    });
    expect(await graphql({ schema, source, contextValue })).toEqual({
      data: {
        cacheStats: {
          refusals: [{ kind: 'NUMBER', requests: 3 }],
          semanticEnabled: true,
          evidence: {
            maxErrorRate: 0.01,
            threshold: 0.97,
            hits: 1_000,
            wrongHits: 4,
            upperBound: 0.0091,
            confidenceLevel: 0.95,
            heldOutMatches: 5_000,
            mix: 'Questions of a forum.',
            modelVersion: 'model-1',
          },
          indexedEntries: 12,
          indexBytes: 34_567,
        },
      },
    });
  });

  it.each([
    [caller, { tenant: 'acme' }],
    [operator, 'ALL_TENANTS'],
  ])('read only what the caller may see: %j', async (principal, scope) => {
    const read = vi.fn<Statistics['read']>(async () => emptySummary());
    const contextValue = fakeContext({
      principal,
      services: { statistics: fakeStatistics({ read }) },
    });
    const source = '{ cacheStats { requests } routingStats(window: HOUR) { enabled } }';
    await graphql({ schema, source, contextValue });

    expect(read.mock.calls).toEqual([
      [scope, 'ALL'],
      [scope, 'HOUR'],
    ]);
  });

  it('count beyond 32 bits', async () => {
    const summary = emptySummary({ requests: 2 ** 53 - 1 });
    const contextValue = fakeContext({
      services: { statistics: fakeStatistics({ read: async () => summary }) },
    });

    expect(await graphql({ schema, source: '{ cacheStats { requests } }', contextValue })).toEqual({
      data: { cacheStats: { requests: 9_007_199_254_740_991 } },
    });
  });
});

describe('health', () => {
  it('reports this instance and what it leans on', async () => {
    const source = `{
      health { status version uptimeSeconds dependencies { name status latencyMs detail } }
    }`;

    expect(await graphql({ schema, source, contextValue: fakeContext() })).toEqual({
      data: {
        health: {
          status: 'DEGRADED',
          version: '1.2.3',
          uptimeSeconds: 60,
          dependencies: [{ name: 'redis', status: 'UNAVAILABLE', latencyMs: null, detail: null }],
        },
      },
    });
  });
});
