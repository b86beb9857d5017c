import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { variables } from '../../../src/config/variables.ts';
import { problemsOf } from '../../support/config-problems.ts';

describe('the configuration of an empty environment', () => {
  it('serves the demo on loopback, with a cache in memory and routing off', () => {
    expect(loadConfig({})).toMatchObject({
      server: {
        host: '127.0.0.1',
        port: 4000,
        graphiql: true,
        introspection: true,
        corsOrigins: [],
      },
      upstream: { provider: 'demo', baseUrl: null, smallModel: 'demo-3b', largeModel: 'demo-8b' },
      cache: { enabled: true, ttlSeconds: 3600 },
      redis: { url: null, cacheUrl: null },
      router: { enabled: false, abTestRatio: 0.5 },
    });
  });

  it('is frozen all through', () => {
    const config = loadConfig({ MODEL_PRICES: '{"m":{"input":1,"output":2}}' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.upstream.prices['m'])).toBe(true);
  });

  it('reads an empty value as none, and leaves out white space around one', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: ' ' })).toEqual(loadConfig({}));
    expect(loadConfig({ HUGGINGFACE_API_KEY: 'hf_secret\n' }).upstream.apiKey).toBe('hf_secret');
  });

  it('is not changed by what Kubernetes tells of a Service', () => {
    const links = {
      SLUICE_PORT: 'tcp://10.0.0.7:4000',
      SLUICE_SERVICE_HOST: '10.0.0.7',
      SLUICE_SERVICE_PORT_HTTP: '4000',
      SLUICE_PORT_4000_TCP_ADDR: '10.0.0.7',
      REDIS_PORT: 'tcp://10.0.0.8:6379',
    };
    expect(loadConfig(links)).toEqual(loadConfig({}));
    expect(loadConfig({ ...links, PORT: '5000' }).server.port).toBe(5000);
  });
});

describe('the names that operators already have', () => {
  it('keep their meaning', () => {
    const config = loadConfig({
      LLM_PROVIDER: 'huggingface',
      HUGGINGFACE_API_KEY: 'hf_secret',
      MODEL_3B_NAME: 'small',
      MODEL_8B_NAME: 'large',
      CACHE_ENABLED: 'false',
      REDIS_HOST: 'cache.internal',
      REDIS_PORT: '6380',
      CACHE_TTL: '60',
      ENABLE_MODEL_ROUTING: 'true',
      AB_TEST_RATIO: '0.3',
    });
    expect(config).toMatchObject({
      upstream: {
        provider: 'huggingface',
        baseUrl: 'https://router.huggingface.co/v1',
        apiKey: 'hf_secret',
        smallModel: 'small',
        largeModel: 'large',
      },
      cache: { enabled: false, ttlSeconds: 60 },
      redis: { url: 'redis://cache.internal:6380/0' },
      router: { enabled: true, abTestRatio: 0.3 },
    });
  });

  it('mean huggingface when only its key is given, and a server of one’s own with only a URL', () => {
    expect(loadConfig({ HUGGINGFACE_API_KEY: 'k' }).upstream.provider).toBe('huggingface');
    const own = loadConfig({ LLM_BASE_URL: 'http://localhost:9/v1', MODEL_LARGE: 'm' }).upstream;
    expect(own).toMatchObject({ provider: 'custom', smallModel: 'm', largeModel: 'm' });
  });

  it('give a key to the provider that it belongs to, and LLM_API_KEY to any', () => {
    const keyOf = (environment: Environment) => loadConfig(environment).upstream.apiKey;
    const OPENAI_API_KEY = 'sk-openai';
    expect(keyOf({ LLM_PROVIDER: 'openai', OPENAI_API_KEY })).toBe('sk-openai');
    expect(keyOf({ LLM_PROVIDER: 'openai', OPENAI_API_KEY, LLM_API_KEY: 'mine' })).toBe('mine');
    expect(keyOf({ LLM_PROVIDER: 'ollama', OPENAI_API_KEY })).toBeNull();
    const elsewhere = { LLM_BASE_URL: 'http://localhost/v1', MODEL_LARGE: 'm' };
    expect(keyOf({ ...elsewhere, HUGGINGFACE_API_KEY: 'hf_secret' })).toBeNull();
  });

  it('ask for no key where a preset is pointed at another server', () => {
    const LLM_BASE_URL = 'http://localhost:8080/v1';
    expect(loadConfig({ LLM_PROVIDER: 'openai', LLM_BASE_URL }).upstream).toMatchObject({
      baseUrl: LLM_BASE_URL,
      apiKey: null,
      maxTokensField: 'max_completion_tokens',
    });
  });

  it('put Redis together from its parts, whatever is in the password', () => {
    const { url } = loadConfig({
      REDIS_HOST: '::1',
      REDIS_PASSWORD: 'a@b:/%41',
      REDIS_DB: '2',
    }).redis;
    expect(new URL(url ?? '')).toMatchObject({ host: '[::1]:6379', pathname: '/2' });
    expect(decodeURIComponent(new URL(url ?? '').password)).toBe('a@b:/%41');
  });

  it('put stored answers on the Redis of all else, unless they have one of their own', () => {
    const redisOf = (environment: Environment) => {
      const { url, cacheUrl } = loadConfig(environment).redis;
      return { url, cacheUrl };
    };
    const REDIS_URL = 'redis://main';
    expect(redisOf({ REDIS_URL })).toEqual({ url: REDIS_URL, cacheUrl: REDIS_URL });
    expect(redisOf({ REDIS_HOST: 'main' })).toMatchObject({ cacheUrl: 'redis://main:6379/0' });
    const REDIS_CACHE_URL = 'redis+cluster://a,b';
    expect(redisOf({ REDIS_URL, REDIS_CACHE_URL })).toEqual({
      url: REDIS_URL,
      cacheUrl: REDIS_CACHE_URL,
    });
    expect(redisOf({ REDIS_CACHE_URL })).toEqual({ url: null, cacheUrl: REDIS_CACHE_URL });
    expect(redisOf({ REDIS_URL, REDIS_CACHE_URL: 'redis://main:6379/0' })).toEqual({
      url: REDIS_URL,
      cacheUrl: REDIS_URL,
    });
  });

  it('make one model serve both tiers of a server of one’s own, when only one is named', () => {
    const one = loadConfig({ LLM_PROVIDER: 'ollama', MODEL_LARGE: 'm' }).upstream;
    expect(one).toMatchObject({ smallModel: 'm', largeModel: 'm' });
    const none = loadConfig({ LLM_PROVIDER: 'ollama' }).upstream;
    expect(none.smallModel).not.toBe(none.largeModel);
  });

  it('may have the prefix SLUICE_, but not say two things', () => {
    expect(loadConfig({ SLUICE_PORT: '5000' }).server.port).toBe(5000);
    expect(loadConfig({ SLUICE_PORT: '5000', PORT: '5000' }).server.port).toBe(5000);
    expect(problemsOf({ SLUICE_PORT: '5000', PORT: '4000' })).toEqual([
      'PORT and SLUICE_PORT mean the same and differ: set one of them.',
    ]);
    expect(problemsOf({ MODEL_SMALL: 'a', MODEL_3B_NAME: 'b' })).toHaveLength(1);
  });
});

describe('a production environment', () => {
  it('has no GraphiQL and no introspection unless they are asked for', () => {
    const off = loadConfig({ NODE_ENV: 'production' }).server;
    expect(off).toMatchObject({ graphiql: false, introspection: false });
    const on = loadConfig({ NODE_ENV: 'production', INTROSPECTION_ENABLED: 'yes' }).server;
    expect(on).toMatchObject({ graphiql: false, introspection: true });
  });
});

describe('what is wrong', () => {
  it('is listed all at once, with the value, and without a secret', () => {
    const problems = problemsOf({
      PORT: '70000',
      CACHE_ENABLED: 'maybe',
      AB_TEST_RATIO: '2',
      MODEL_PRICES: '{"m":1}',
      REDIS_URL: 'http://:hush@host',
      REDIS_CACHE_URL: 'redis+sentinel://:hush@host',
      LLM_PROVIDER: 'acme',
    });
    expect(problems).toHaveLength(7);
    expect(problems.join('\n')).toContain(
      'PORT must be a whole number from 0 to 65535 (it is "70000").',
    );
    expect(problems.join('\n')).not.toContain('hush');
  });

  it.each([
    ['SLUICE_REDIS_ULR', 'SLUICE_REDIS_URL'],
    ['SLUICE_CACHE_TTTL', 'SLUICE_CACHE_TTL'],
  ])('names the variable that %s is near to', (given, meant) => {
    expect(problemsOf({ [given]: 'x' })).toEqual([`${given} is not known; did you mean ${meant}?`]);
  });

  it('is not the key that clients show, which may stand in the same environment', () => {
    expect(problemsOf({ SLUICE_API_KEY: 'sk-ops' })).toEqual([]);
  });

  it('suggests nothing for a name that is near to none', () => {
    expect(problemsOf({ SLUICE_X: 'x' })).toEqual(['SLUICE_X is not known.']);
  });

  it.each([
    ['HOST', 'http://0.0.0.0'],
    ['REDIS_HOST', 'localhost:6379'],
    ['REDIS_HOST', '<host>'],
    ['REDIS_CACHE_URL', 'localhost:6379'],
    ['LLM_BASE_URL', 'localhost:8000/v1'],
    ['CORS_ORIGINS', 'https://app.example.com/'],
    ['NODE_ENV', 'prod'],
    ['GENERATION_KEEP_MS', '2147483648'],
    ['CACHE_TTL', '0'],
    ['DEMO_PACE', 'fast'],
    ['LLM_API_KEY', 'two words'],
    ['CACHE_MAX_ERROR_RATE', '0'],
    ['CACHE_MAX_ERROR_RATE', '1.5'],
    ['CACHE_MAX_ERROR_RATE', 'low'],
    ['ENCODER', 'remote'],
    ['ENCODER_THREADS', '0'],
  ])('includes a %s of %s', (name, value) => {
    const environment = { LLM_PROVIDER: 'ollama', [name]: value };
    expect(problemsOf(environment)).toEqual([expect.stringMatching(`^${name} must be `)]);
  });

  it.each([
    ['http://me:hush@host/v1', 'http://…@host/v1'],
    ['http://me:a/hush@host', 'http://…@host'],
    ['http:/me:hush@host', 'http:/…@host'],
    ['me:hush@host', '…@host'],
    ['http://host/v1?key=hush', 'http://host/v1…'],
  ])('shows no password that an address holds: %s', (LLM_BASE_URL, shown) => {
    const [problem] = problemsOf({ LLM_PROVIDER: 'ollama', LLM_BASE_URL });
    expect(problem).toContain(`(it is "${shown}")`);
  });

  it('shows no more of a long value than it takes to find it', () => {
    const [problem] = problemsOf({ MODEL_PRICES: '['.repeat(10_000) });
    expect(problem?.length).toBeLessThan(200);
  });

  it.each<[string, Environment]>([
    ['a key that is nobody’s', { LLM_API_KEY: 'k' }],
    ['a provider without its key', { LLM_PROVIDER: 'groq', OPENAI_API_KEY: 'k' }],
    ['a password for no Redis', { REDIS_PASSWORD: 'hush' }],
    ['a server without a URL', { LLM_PROVIDER: 'custom', MODEL_LARGE: 'm' }],
    ['a server without a model', { LLM_BASE_URL: 'http://localhost/v1' }],
    ['a demo with a URL', { LLM_PROVIDER: 'demo', LLM_BASE_URL: 'http://localhost/v1' }],
    ['two places for Redis', { REDIS_URL: 'redis://a', REDIS_HOST: 'b' }],
  ])('includes %s', (_name, environment) => {
    expect(problemsOf(environment)).toHaveLength(1);
  });
});

it('every variable has a default that it would itself accept', () => {
  for (const [name, variable] of Object.entries(variables)) {
    if (variable.default === null) continue;
    expect(variable.value.safeParse(variable.default).success, name).toBe(true);
  }
});
