import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { openFolder } from '../support/open-folder.ts';
import { post } from '../support/transports.ts';
import { respond, say } from '../support/upstream-script.ts';

const SIMPLE = 'What is the capital of France?';
const COMPLEX =
  'Prove that every bounded monotone sequence converges. Then write a Python function that finds the limit, compare two stopping rules, and analyse their error.';

const ON = { ENABLE_MODEL_ROUTING: 'true' };

async function startRouting(environment: Record<string, string>): Promise<Gateway> {
  const gateway = await startGateway({ ...ON, ...environment });
  gateway.upstream.answersAll(({ body }) => say([`${body.model} answers.`]));
  return gateway;
}

const ASK = `query ($input: GenerateInput!) {
  generate(input: $input) {
    ... on Generation { id text decision { routing {
      tier complexity expectedGain explored reason servedModel fallbacks { model code }
    } } }
    ... on GenerationFailure { code message }
  }
}`;

async function run(gateway: Gateway, query: string, variables = {}) {
  const { data, errors } = await (await post(gateway, { query, variables })).json();
  expect(errors).toBeUndefined();
  return data;
}

async function ask(gateway: Gateway, input: object) {
  return (await run(gateway, ASK, { input })).generate;
}

describe('routing by complexity', () => {
  it('sends what looks simple to the small model, what looks complex to the large, and says why', async () => {
    await using gateway = await startRouting({});
    expect(await ask(gateway, { prompt: SIMPLE })).toMatchObject({
      text: 'small-model answers.',
      decision: {
        routing: {
          ...{ tier: 'SMALL', complexity: 'SIMPLE', expectedGain: null, explored: false },
          reason: expect.stringContaining('looks simple'),
        },
      },
    });
    expect(await ask(gateway, { prompt: COMPLEX })).toMatchObject({
      text: 'large-model answers.',
      decision: { routing: { tier: 'LARGE', complexity: 'COMPLEX' } },
    });
    const query =
      '{ routingStats { strategy skill { proven } complexity { complexity requests } } }';
    expect(await run(gateway, query)).toMatchObject({
      routingStats: {
        ...{ strategy: 'COMPLEXITY', skill: null },
        complexity: expect.arrayContaining([
          { complexity: 'SIMPLE', requests: 1 },
          { complexity: 'COMPLEX', requests: 1 },
        ]),
      },
    });
  });

  it('lets the other model take over, and tells of it', async () => {
    await using gateway = await startRouting({});
    gateway.upstream.answers(respond(503, { error: { message: 'Too busy.' } }));
    expect(await ask(gateway, { prompt: SIMPLE })).toMatchObject({
      text: 'large-model answers.',
      decision: {
        routing: {
          servedModel: 'large-model',
          fallbacks: [{ model: 'small-model', code: 'UPSTREAM_UNAVAILABLE' }],
        },
      },
    });
  });

  it('is switched off for all who come after', async () => {
    await using gateway = await startRouting({});
    await run(gateway, 'mutation { setRollout(input: { routingEnabled: false }) { changedAt } }');
    expect(await ask(gateway, { prompt: SIMPLE })).toMatchObject({
      text: 'large-model answers.',
      decision: { routing: { complexity: null, reason: expect.stringContaining('off') } },
    });
  });
});

describe('models with limits', () => {
  const MODELS = JSON.stringify({
    'small-model': { tier: 'SMALL', contextTokens: 400 },
    'other-small': { tier: 'SMALL', contextTokens: 2_000, input: 2, output: 3 },
    'large-model': { tier: 'LARGE', contextTokens: 4_000 },
  });
  const long = (words: number) => `What is the capital of France? ${'word '.repeat(words)}`;

  it('are not asked what is too long for them', async () => {
    await using gateway = await startRouting({ MODELS });
    const small = { routing: { tier: 'SMALL' } };
    expect(await ask(gateway, { prompt: long(10), ...small })).toMatchObject({
      text: 'small-model answers.',
    });
    expect(await ask(gateway, { prompt: long(600), ...small })).toMatchObject({
      text: 'other-small answers.',
    });
    expect(await ask(gateway, { prompt: long(2_500) })).toMatchObject({
      text: 'large-model answers.',
      decision: { routing: { reason: 'Only the large model takes a request like this one.' } },
    });
    expect(await ask(gateway, { prompt: long(5_000) })).toMatchObject({ code: 'PROMPT_TOO_LONG' });
    expect(await ask(gateway, { prompt: long(600), model: 'small-model' })).toMatchObject({
      code: 'PROMPT_TOO_LONG',
    });
    expect(gateway.upstream.calls).toHaveLength(3);
    const query = '{ routingStats { models { model tier contextTokens inputUsdPerMillion } } }';
    expect((await run(gateway, query)).routingStats.models).toContainEqual({
      ...{ model: 'other-small', tier: 'SMALL', contextTokens: 2_000, inputUsdPerMillion: 2 },
    });
  });
});

describe('routing by expected gain', () => {
  it('leaves the choice to the fixed split while nothing is proven, and says so', async () => {
    await using gateway = await startRouting({
      ...{ ROUTING_STRATEGY: 'gain', AB_TEST_RATIO: '1', ROUTING_EXPLORATION: '0' },
    });
    expect(await ask(gateway, { prompt: COMPLEX })).toMatchObject({
      text: 'small-model answers.',
      decision: {
        routing: {
          ...{ complexity: 'COMPLEX', expectedGain: expect.any(Number) },
          reason: expect.stringContaining('no proven skill'),
        },
      },
    });
    const query = '{ routingStats { strategy skill { proven statement explored trainedOn } } }';
    expect(await run(gateway, query)).toMatchObject({
      routingStats: {
        strategy: 'GAIN',
        skill: {
          ...{ proven: false, explored: 0, statement: expect.stringContaining('No proven skill') },
          trainedOn: expect.stringContaining('public benchmarks'),
        },
      },
    });
  });

  it('lets a coin pick, in a share of the requests', async () => {
    await using gateway = await startRouting({
      ...{ ROUTING_STRATEGY: 'gain', ROUTING_EXPLORATION: '1' },
    });
    const picked = new Set<string>();
    for (let asked = 0; picked.size < 2 && asked < 64; asked++) {
      const { text, decision } = await ask(gateway, { prompt: `${SIMPLE} ${asked}` });
      expect(decision.routing.explored).toBe(true);
      picked.add(text);
    }
    expect([...picked].sort()).toEqual(['large-model answers.', 'small-model answers.']);
  });
});

describe('the outcome log', () => {
  it('has what came of each routed request and what was said of it, and no text', async () => {
    await using folder = await openFolder();
    const path = folder.of('outcomes.jsonl');
    const lines = async () => (await readFile(path, 'utf8')).trim().split('\n');
    {
      await using gateway = await startRouting({ OUTCOME_LOG: path });
      const { id } = await ask(gateway, { prompt: SIMPLE });
      // Neither is a decision of the router.
      await ask(gateway, { prompt: SIMPLE });
      await ask(gateway, { prompt: COMPLEX, model: 'small-model' });
      gateway.upstream.answers(say(["I'm sorry, but I can't help with that."]));
      await ask(gateway, { prompt: COMPLEX });
      const query = `mutation ($id: ID!) {
        rateGeneration(input: { generationId: $id, verdict: GOOD }) { evictedEntryId }
      }`;
      await run(gateway, query, { id });
    }
    const [, ...logged] = (await lines()).map((line) => JSON.parse(line));
    expect(logged).toMatchObject([
      {
        ...{ kind: 'outcome', tenant: 'public', model: 'small-model', tier: 'SMALL', signals: [] },
        ...{ chosenBy: 'complexity', propensity: 1, complexity: 'SIMPLE', prompt: null },
        ...{ status: 'FINISHED', costUsd: expect.any(Number), features: expect.any(Object) },
      },
      { kind: 'outcome', model: 'large-model', signals: ['REFUSED'] },
      { kind: 'rating', verdict: 'GOOD', generationId: logged[0].generationId },
    ]);
    expect((await lines()).join()).not.toMatch(/capital|Prove|sorry/);
  });

  it('keeps nothing of a tenant that was erased', async () => {
    await using folder = await openFolder();
    const path = folder.of('outcomes.jsonl');
    await using gateway = await startRouting({ OUTCOME_LOG: path, OUTCOME_LOG_PROMPTS: 'true' });
    await ask(gateway, { prompt: SIMPLE });
    const written = () => readFile(path, 'utf8').catch(() => '');
    await expect.poll(written, { timeout: 5_000 }).toContain('capital');
    await run(gateway, 'mutation { eraseData(input: { tenant: "public" }) { entries } }');
    expect(await written()).not.toContain('capital');
  });
});
