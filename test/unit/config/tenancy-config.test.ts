import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/config/environment.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { problemsOf } from '../../support/config-problems.ts';

const TOKENS = {
  JWT_JWKS_URL: 'https://id.example/jwks.json',
  JWT_ISSUER: 'https://id.example/',
  JWT_AUDIENCE: 'sluice',
};

function tenancyOf(environment: Environment) {
  return loadConfig(environment).tenancy;
}

describe('who may call', () => {
  it('is everyone on this machine when nothing is said of it', () => {
    expect(tenancyOf({})).toMatchObject({ open: true, keysFile: null, jwt: null });
  });

  it('is who has a key, or a token, once there is a place to look them up', () => {
    expect(tenancyOf({ API_KEYS_FILE: 'keys.json' })).toMatchObject({
      open: false,
      keysFile: 'keys.json',
    });
    expect(tenancyOf({ ...TOKENS, JWT_OPERATOR_CLAIM: 'admin' })).toMatchObject({
      open: false,
      jwt: {
        jwksUrl: TOKENS.JWT_JWKS_URL,
        issuer: TOKENS.JWT_ISSUER,
        audience: TOKENS.JWT_AUDIENCE,
        tenantClaim: 'tenant',
        operatorClaim: 'admin',
      },
    });
    expect(tenancyOf(TOKENS).jwt?.operatorClaim).toBeNull();
  });

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.7',
    'gateway.internal',
  ])('has to be said where others than this machine reach it: %s', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([
      expect.stringMatching(/^HOST .* set API_KEYS_FILE or JWT_JWKS_URL, or ALLOW_OPEN=true /),
    ]);
    expect(problemsOf({ HOST, API_KEYS_FILE: 'keys.json' })).toEqual([]);
    expect(problemsOf({ HOST, ...TOKENS })).toEqual([]);
    expect(tenancyOf({ HOST, ALLOW_OPEN: 'true' }).open).toBe(true);
  });

  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('need not be said on %s', (HOST) => {
    expect(problemsOf({ HOST })).toEqual([]);
  });

  it.each(Object.keys(TOKENS))('is not told by tokens without %s', (name) => {
    expect(problemsOf({ ...TOKENS, [name]: '' })).toEqual([
      'JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE are needed together.',
    ]);
  });
});
