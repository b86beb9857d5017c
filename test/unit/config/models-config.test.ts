import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { problemsOf } from '../../support/config-problems.ts';

const own = { LLM_BASE_URL: 'http://localhost:8000/v1' };

function upstreamOf(models: object, environment: Environment = own) {
  return loadConfig({ ...environment, MODELS: JSON.stringify(models) }).upstream;
}

function problemsWith(models: object, environment: Environment = own) {
  return problemsOf({ ...environment, MODELS: JSON.stringify(models) });
}

describe('the models that are served', () => {
  it('are the small and the large one of a preset, of which nothing else need be said', () => {
    expect(loadConfig({ LLM_PROVIDER: 'groq', GROQ_API_KEY: 'k' }).upstream.models).toEqual([
      {
        ...{ model: 'openai/gpt-oss-120b', tier: 'LARGE', abilities: null },
        ...{ contextTokens: 131_072, maxOutputTokens: null },
        pricePerMillion: { input: 0.15, output: 0.6 },
      },
      expect.objectContaining({ model: 'openai/gpt-oss-20b', tier: 'SMALL' }),
    ]);
  });

  it('may be several of a tier, whose first one is the small or the large model', () => {
    const upstream = upstreamOf({
      tiny: { tier: 'SMALL' },
      little: { tier: 'SMALL' },
      big: { tier: 'LARGE' },
      odd: {},
    });
    expect(upstream).toMatchObject({ smallModel: 'tiny', largeModel: 'big' });
    expect(upstream.models.map(({ model, tier }) => [model, tier])).toEqual([
      ['big', 'LARGE'],
      ['tiny', 'SMALL'],
      ['little', 'SMALL'],
      ['odd', null],
    ]);
  });

  it('begin with MODEL_SMALL and MODEL_LARGE where these are set', () => {
    const environment = { ...own, MODEL_SMALL: 's', MODEL_LARGE: 'l' };
    const upstream = upstreamOf({ t: { tier: 'SMALL' }, s: { contextTokens: 9 } }, environment);
    expect(upstream).toMatchObject({ smallModel: 's', largeModel: 'l' });
    expect(upstream.models).toMatchObject([
      { model: 'l', tier: 'LARGE' },
      { model: 's', tier: 'SMALL', contextTokens: 9 },
      { model: 't', tier: 'SMALL' },
    ]);
  });

  it('replace those of a preset for a server of one’s own, and join those of another provider', () => {
    const models = { mine: { tier: 'SMALL' } };
    expect(upstreamOf(models, { LLM_PROVIDER: 'ollama' })).toMatchObject({
      smallModel: 'mine',
      largeModel: 'mine',
      models: [{ model: 'mine', tier: 'LARGE' }],
    });
    expect(upstreamOf(models, { LLM_PROVIDER: 'groq', GROQ_API_KEY: 'k' })).toMatchObject({
      smallModel: 'mine',
      largeModel: 'openai/gpt-oss-120b',
    });
  });

  it('have what is said of them, over what is known; what neither tells is null', () => {
    const environment = { LLM_PROVIDER: 'openai', OPENAI_API_KEY: 'k', MODEL_SMALL: 'gpt-4o-mini' };
    const described = { contextTokens: 64_000, abilities: ['JSON'], input: 1, output: 2 };
    const [, small] = upstreamOf({ 'gpt-4o-mini': described }, environment).models;
    expect(small).toEqual({
      ...{ model: 'gpt-4o-mini', tier: 'SMALL' },
      ...{ contextTokens: 64_000, maxOutputTokens: 16_384 },
      ...{ abilities: new Set(['JSON']), pricePerMillion: { input: 1, output: 2 } },
    });
    const [unknown] = upstreamOf({ constructor: { tier: 'LARGE' } }).models;
    expect(unknown).toEqual({
      ...{ model: 'constructor', tier: 'LARGE', contextTokens: null, maxOutputTokens: null },
      ...{ abilities: null, pricePerMillion: null },
    });
  });

  it('include those that only have a price, which is billed wherever it was said', () => {
    const environment = { ...own, MODEL_PRICES: '{"p":{"input":5,"output":6}}' };
    const upstream = upstreamOf({ m: { tier: 'LARGE', input: 1, output: 2 } }, environment);
    expect(upstream.models).toMatchObject([
      { model: 'm', pricePerMillion: { input: 1, output: 2 } },
      { model: 'p', tier: null, pricePerMillion: { input: 5, output: 6 } },
    ]);
    expect(upstream.prices).toEqual({
      m: { input: 1, output: 2 },
      p: { input: 5, output: 6 },
    });
  });
});

describe('what is wrong with MODELS', () => {
  it.each<[string, string, string]>([
    ['no JSON', '{', 'must be JSON like {"model":'],
    ['a list', '[]', 'must be JSON like {"model":'],
    ['no description', '{"m":1}', 'what it says of "m" is wrong'],
    ['an unknown tier', '{"m":{"tier":"TINY"}}', 'what it says of "m" in "tier" is wrong'],
    ['a window of nothing', '{"m":{"contextTokens":0}}', 'of "m" in "contextTokens" is wrong'],
    ['an unknown ability', '{"m":{"abilities":["SING"]}}', 'of "m" in "abilities" is wrong'],
    ['an unknown field', '{"m":{"contextToken":8}}', 'Unrecognized key: "contextToken"'],
    ['half a price', '{"m":{"input":1}}', 'has a price of "input" or of "output" only'],
  ])('is told with the model and the field: %s', (_what, MODELS, told) => {
    const [problem, ...others] = problemsOf({ ...own, MODEL_LARGE: 'l', MODELS });
    expect(problem).toMatch(/^MODELS must be JSON like /);
    expect(problem).toContain(told);
    expect(others).toEqual([]);
  });

  it('is a tier that another variable gives to the model of the other one', () => {
    const environment = { ...own, MODEL_SMALL: 's', MODEL_LARGE: 'l' };
    expect(problemsWith({ s: { tier: 'LARGE' }, l: { tier: 'SMALL' } }, environment)).toEqual([
      'MODELS puts "s" in the tier LARGE, but it is the small model: set MODEL_SMALL to another.',
      'MODELS puts "l" in the tier SMALL, but it is the large model: set MODEL_LARGE to another.',
    ]);
  });

  it('is a tier of which there is no first model', () => {
    expect(problemsWith({ a: { tier: 'SMALL' }, b: { tier: 'SMALL' } })).toEqual([
      expect.stringContaining('MODELS gives "b" a tier, but "a" is both the small and the large'),
    ]);
  });

  it('is a price that MODEL_PRICES has otherwise', () => {
    const environment = { ...own, MODEL_PRICES: '{"m":{"input":5,"output":6}}' };
    const models = (input: number) => ({ m: { tier: 'LARGE', input, output: 6 } });
    expect(problemsWith(models(4), environment)).toEqual([
      'MODELS and MODEL_PRICES differ in the price of "m": say it once.',
    ]);
    expect(problemsWith(models(5), environment)).toEqual([]);
  });

  it('stands in one list with all else', () => {
    expect(problemsOf({ ...own, MODELS: '[]', PORT: 'x', MODEL_PRICES: '1' })).toHaveLength(4);
  });
});
