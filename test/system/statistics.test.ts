import { describe, expect, it } from 'vitest';
import { ask, askForAnswer } from '../support/ask.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { post } from '../support/transports.ts';
import { respond, say } from '../support/upstream-script.ts';

const STATISTICS = `{
  cacheStats { enabled store storeHealthy requests exactHits semanticHits joined misses hitRate entries
    savedTokens savedUsd hitLatency { count p50Ms } }
  routingStats { enabled abTestRatio models { model tier requests failures errorRate available
    inputTokens outputTokens costUsd meanRating firstToken { count } total { count p50Ms } } experiments { key } }
  health { status version dependencies { name status } }
  preview(input: { prompt: "One more", maxTokens: 100 }) { inputTokens estimatedCostUsd estimatedCostUpperUsd
    wouldFail { code } decision { cache { outcome } routing { servedModel reason } } }
}`;

async function statisticsOf(gateway: Gateway) {
  const response = await post(gateway, { query: STATISTICS });
  const { data, errors } = (await response.json()) as { data: never; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

describe('the statistics', () => {
  it('have no data before the first request: null or zero', async () => {
    await using gateway = await startGateway();
    expect(await statisticsOf(gateway)).toMatchObject({
      cacheStats: { requests: 0, hitRate: null, entries: 0, hitLatency: { count: 0, p50Ms: null } },
      routingStats: {
        enabled: false,
        experiments: [],
        models: [
          { model: 'large-model', tier: 'LARGE', requests: 0, errorRate: null, available: true },
          { model: 'small-model', tier: 'SMALL', requests: 0, meanRating: null },
        ],
      },
      preview: { estimatedCostUsd: null, decision: { cache: { outcome: 'MISS' } } },
    });
  });

  it('count each request once, and each model’s calls', async () => {
    await using gateway = await startGateway();
    gateway.upstream.answers(
      say('One', { usage: { input: 100, output: 10 } }),
      say('Two', { usage: { input: 200, output: 20 } }),
      respond(503, 'no'),
      say('Three', { usage: { input: 300, output: 30 } }),
    );
    await askForAnswer(gateway, { prompt: 'One' });
    await askForAnswer(gateway, { prompt: 'One' });
    await askForAnswer(gateway, { prompt: 'Two' });
    // The small model takes over from the large one.
    await askForAnswer(gateway, { prompt: 'Three' });
    await ask(gateway, { prompt: 'Four', model: 'nobody' });

    expect(await statisticsOf(gateway)).toMatchObject({
      cacheStats: {
        enabled: true,
        store: 'MEMORY',
        storeHealthy: true,
        requests: 5,
        exactHits: 1,
        semanticHits: 0,
        joined: 0,
        misses: 3,
        hitRate: 0.25,
        entries: 3,
        savedTokens: 110,
        hitLatency: { count: 1, p50Ms: expect.any(Number) },
      },
      routingStats: {
        models: [
          {
            model: 'large-model',
            requests: 3,
            failures: 1,
            errorRate: expect.closeTo(1 / 3),
            inputTokens: 300,
            outputTokens: 30,
            costUsd: expect.closeTo((3 * 300 + 6 * 30) / 1_000_000),
          },
          { model: 'small-model', requests: 1, failures: 0, inputTokens: 300, outputTokens: 30 },
        ],
      },
      health: {
        status: 'DEGRADED',
        dependencies: [
          { name: 'upstream:large-model', status: 'DEGRADED' },
          { name: 'upstream:small-model', status: 'OK' },
        ],
      },
      preview: { estimatedCostUsd: expect.any(Number), estimatedCostUpperUsd: expect.any(Number) },
    });
  });
});
