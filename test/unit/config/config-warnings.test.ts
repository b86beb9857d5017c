import { describe, expect, it } from 'vitest';
import { configWarnings } from '../../../src/config/config-warnings.ts';
import { loadConfig } from '../../../src/config/load-config.ts';

const withKeys = { API_KEYS_FILE: '/etc/sluice/keys.json' };
const withTokens = {
  JWT_JWKS_URL: 'https://id.example/jwks.json',
  JWT_ISSUER: 'https://id.example/',
  JWT_AUDIENCE: 'sluice',
};

describe('the warnings about a configuration', () => {
  it.each([withKeys, withTokens])('are none where callers are known: %#', (environment) => {
    expect(configWarnings(loadConfig(environment), false)).toEqual([]);
    expect(configWarnings(loadConfig({ ...environment, HOST: '0.0.0.0' }), true)).toEqual([]);
  });

  it('tell what everyone on this machine may', () => {
    expect(configWarnings(loadConfig({}), false)).toEqual([
      'No API keys: everyone on this machine may generate, and is an operator.',
    ]);
  });

  it('tell that everyone may generate who reaches the server', () => {
    const config = loadConfig({ HOST: '0.0.0.0', ALLOW_OPEN: 'true' });
    expect(configWarnings(config, true)).toEqual([
      expect.stringMatching(/^No API keys: whoever reaches 0\.0\.0\.0 may generate/),
    ]);
  });

  it('tell of keys for tokens that anyone on the way could exchange', () => {
    const warningsFor = (url: string) =>
      configWarnings(loadConfig({ ...withTokens, JWT_JWKS_URL: url }), false);
    expect(warningsFor('http://id.example/jwks.json')).toEqual([
      expect.stringContaining('JWT_JWKS_URL'),
    ]);
    expect(warningsFor('http://localhost:8080/jwks.json')).toEqual([]);
  });

  it('tell of experiments that nobody takes part in', () => {
    const file = { EXPERIMENTS_FILE: '/experiments.json' };
    expect(configWarnings(loadConfig({ ...withKeys, ...file }), false)).toEqual([
      expect.stringContaining('ENABLE_MODEL_ROUTING is off'),
    ]);
    const on = { ...withKeys, ...file, ENABLE_MODEL_ROUTING: 'true' };
    expect(configWarnings(loadConfig(on), false)).toEqual([]);
  });

  it('tell of a key that seals nothing', () => {
    const environment = { ...withKeys, ENCRYPTION_KEY: 'ab'.repeat(32) };
    const redis = { REDIS_URL: 'redis://127.0.0.1:6379' };
    expect(configWarnings(loadConfig(environment), false)).toEqual([
      expect.stringContaining('ENCRYPTION_KEY'),
    ]);
    expect(configWarnings(loadConfig({ ...environment, ...redis }), false)).toEqual([]);
  });
});
