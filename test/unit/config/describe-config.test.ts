import { expect, it } from 'vitest';
import { describeConfig } from '../../../src/config/describe-config.ts';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

it('the start log tells whether there is a key and a Redis, and neither the key nor the password', () => {
  const described = describeConfig(
    loadConfig({ HUGGINGFACE_API_KEY: 'hf_hush', REDIS_URL: 'redis://:hush@localhost' }),
  );
  expect(described).toMatchObject({ provider: 'huggingface', providerKey: 'set', cache: 'redis' });
  expect(JSON.stringify(described)).not.toContain('hush');
  expect(describeConfig(loadConfig({}))).toMatchObject({ providerKey: 'not set', cache: 'memory' });
  const apart = describeConfig(
    loadConfig({ REDIS_CACHE_URL: 'redis+sentinel://:hush@a/m?sentinelPassword=hush' }),
  );
  expect(apart).toMatchObject({ cache: 'redis' });
  expect(JSON.stringify(apart)).not.toContain('hush');
});

it('the start log tells what finds like prompts, and no key of it', () => {
  const semanticCache = (environment: Environment) =>
    describeConfig(loadConfig(environment)).semanticCache;
  expect(semanticCache({})).toBe('local');
  expect(semanticCache({ CACHE_SEMANTIC: 'off' })).toBe('off');
  expect(semanticCache({ CACHE_ENABLED: 'off' })).toBe('off');
  expect(semanticCache({ ENCODER: 'none' })).toBe('off, without an encoder');
  const server = {
    ...{ ENCODER: 'openai', ENCODER_BASE_URL: 'http://localhost:8080/v1', ENCODER_MODEL: 'm' },
    ENCODER_API_KEY: 'sk-hush',
  };
  expect(semanticCache(server)).toBe('openai');
  expect(JSON.stringify(describeConfig(loadConfig(server)))).not.toContain('hush');
});

it('the start log tells whether callers need a key or a token', () => {
  const tokens = {
    JWT_JWKS_URL: 'https://id.example/jwks.json',
    JWT_ISSUER: 'https://id.example/',
    JWT_AUDIENCE: 'sluice',
  };
  const keys = { API_KEYS_FILE: 'keys.json' };
  const callers = (environment: Environment) => describeConfig(loadConfig(environment)).callers;
  expect(callers({})).toBe('open');
  expect(callers(keys)).toBe('keys');
  expect(callers(tokens)).toBe('tokens');
  expect(callers({ ...keys, ...tokens })).toBe('keys and tokens');
});
