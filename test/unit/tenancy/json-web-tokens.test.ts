import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AuthenticationUnavailable } from '../../../src/tenancy/authentication.ts';
import { jsonWebTokens } from '../../../src/tenancy/json-web-tokens.ts';
import { ALL_RIGHTS } from '../../../src/tenancy/principal.ts';
import { FREE_TERMS, type Terms } from '../../../src/tenancy/terms.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { inSeconds, startTokenIssuer, type TokenIssuer } from '../../support/token-issuer.ts';

const SMALL_ONLY: Terms = { rights: { ...ALL_RIGHTS, maxTier: 'SMALL' }, limits: null };

type Options = {
  readonly issuer: TokenIssuer;
  readonly operatorClaim?: string;
  readonly termsOf?: (tenant: string) => Terms;
  readonly clock?: FakeClock;
};

/** Tokens of `issuer`, at a time of day that is the system's at first. */
function openTokens({ issuer, operatorClaim, termsOf, clock = fakeClock(Date.now()) }: Options) {
  const { logger, logs } = recordLogs();
  const tokens = jsonWebTokens({
    jwt: { ...issuer.jwt, operatorClaim: operatorClaim ?? null },
    termsOf: termsOf ?? (() => FREE_TERMS),
    fetch,
    clock,
    logger,
  });
  return {
    clock,
    logs,
    bearer: (token: string) => tokens.authenticate({ authorization: `Bearer ${token}` }),
    [Symbol.asyncDispose]: () => tokens[Symbol.asyncDispose](),
  };
}

afterEach(() => void vi.useRealTimers());

describe('the bearer of a token', () => {
  it('is who the token says, until it ends by the clocks of both', async () => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    const exp = inSeconds(60);
    expect(await tokens.bearer(await issuer.sign({ sub: 'ada', exp }))).toEqual({
      principal: { tenant: 'acme', user: 'ada', operator: false, ...FREE_TERMS },
      expiresAt: exp * 1_000 + 5_000,
    });
  });

  it('may what is said of his tenant', async () => {
    await using issuer = await startTokenIssuer();
    const termsOf = (tenant: string) => (tenant === 'acme' ? SMALL_ONLY : FREE_TERMS);
    await using tokens = openTokens({ issuer, termsOf });
    const rightsOf = async (claims: object) =>
      (await tokens.bearer(await issuer.sign(claims)))?.principal.rights;
    expect(await rightsOf({ tenant: 'acme' })).toEqual(SMALL_ONLY.rights);
    expect(await rightsOf({ tenant: 'globex' })).toEqual(ALL_RIGHTS);
  });

  it.each<[claims: Record<string, unknown>, operatorClaim: string | undefined, operator: boolean]>([
    [{ admin: true }, 'admin', true],
    [{ 'https://id.example/admin': true }, 'https://id.example/admin', true],
    [{ admin: 'true' }, 'admin', false],
    [{ admin: 1 }, 'admin', false],
    [{}, 'admin', false],
    [{ operator: true }, undefined, false],
  ])('with %j is an operator by the claim %s: %s', async (claims, operatorClaim, operator) => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer, ...(operatorClaim && { operatorClaim }) });
    const session = await tokens.bearer(await issuer.sign(claims));
    expect(session?.principal.operator).toBe(operator);
  });

  it.each<[what: string, claims: Record<string, unknown>]>([
    ['another issuer', { iss: 'https://id.example' }],
    ['another audience', { aud: ['other'] }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end that is over', { exp: inSeconds(-10) }],
    ['a beginning to come', { nbf: inSeconds(60) }],
    ['no tenant', { tenant: undefined }],
    ['a tenant that is no text', { tenant: ['acme'] }],
    ['a tenant that nobody can have', { tenant: 'a\u0000b' }],
  ])('is nobody with %s', async (_what, claims) => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    expect(await tokens.bearer(await issuer.sign())).not.toBeNull();
    expect(await tokens.bearer(await issuer.sign(claims))).toBeNull();
  });

  it('has five seconds for clocks that differ', async () => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    const token = await issuer.sign({ exp: inSeconds(60) });
    tokens.clock.advance(64_000);
    expect(await tokens.bearer(token)).not.toBeNull();
    tokens.clock.advance(2_000);
    expect(await tokens.bearer(token)).toBeNull();
  });
});

describe('a forged token', () => {
  it.each<[how: string, forge: (token: string) => Promise<string>]>([
    ['by another key under the same name', signAnew],
    ['by a secret that is the public key', signWithSecret],
    ['by nothing', async (token) => new UnsecuredJWT(decodeJwt(token)).encode()],
    ['in its claims', async (token) => changeClaims(token)],
  ])('is not good: %s', async (_how, forge) => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    const forged = await forge(await issuer.sign());
    expect(decodeJwt(forged)).toMatchObject({ tenant: 'acme' });
    expect(await tokens.bearer(forged)).toBeNull();
  });

  async function signAnew(token: string) {
    const { privateKey } = await generateKeyPair('ES256');
    const { kid } = decodeProtectedHeader(token);
    return new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'ES256', ...(kid && { kid }) })
      .sign(privateKey);
  }

  async function signWithSecret(token: string) {
    const { kid } = decodeProtectedHeader(token);
    return new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'HS256', ...(kid && { kid }) })
      .sign(new Uint8Array(32));
  }

  function changeClaims(token: string) {
    const [header, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...decodeJwt(token), admin: true }));
    return [header, claims.toString('base64url'), signature].join('.');
  }
});

describe('what is no token', () => {
  it.each([
    '',
    'hush',
    'a.b',
    'a.b.c.d',
    'a.b.c',
    '..',
    `${'a'.repeat(1_000_000)}.b.c`,
  ])('is nobody’s, and asks for no key: %.20s', async (token) => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    await tokens.bearer(await issuer.sign());
    passTime(tokens.clock, 60_000);
    expect(await tokens.bearer(token)).toBeNull();
    expect(issuer.asked()).toBe(1);
  });
});

describe('the keys that sign tokens', () => {
  it('are fetched once for many tokens at once', async () => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    const signed = await Promise.all([issuer.sign(), issuer.sign(), issuer.sign()]);
    const sessions = await Promise.all(signed.map(tokens.bearer));
    expect(sessions).not.toContain(null);
    expect(issuer.asked()).toBe(1);
  });

  it('are fetched again for one that is new, but not for each token that claims to know one', async () => {
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    await tokens.bearer(await issuer.sign());
    await issuer.changeKey();
    const token = await issuer.sign();
    expect(await tokens.bearer(token)).toBeNull();
    expect(issuer.asked()).toBe(1);
    passTime(tokens.clock, 10_000);
    expect(await tokens.bearer(token)).not.toBeNull();
    expect(issuer.asked()).toBe(2);
  });

  it('are good until the next look at them, when they are served no more', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    const token = await issuer.sign();
    await tokens.bearer(token);
    await issuer.changeKey();
    expect(await tokens.bearer(token)).not.toBeNull();
    tokens.clock.advance(300_000);
    vi.advanceTimersByTime(300_000);
    await expect.poll(() => tokens.bearer(token)).toBeNull();
    expect(issuer.asked()).toBe(2);
  });

  it.each([
    503,
    302,
    'no JSON',
    '{"keys":1}',
  ])('stay good while %j is served instead', async (instead) => {
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    await using issuer = await startTokenIssuer();
    await using tokens = openTokens({ issuer });
    const token = await issuer.sign();
    await tokens.bearer(token);
    issuer.serve(instead);
    tokens.clock.advance(300_000);
    vi.advanceTimersByTime(300_000);
    await expect
      .poll(() => tokens.logs)
      .toMatchObject([{ level: 'warn', message: 'the keys of tokens cannot be fetched' }]);
    expect(await tokens.bearer(token)).not.toBeNull();
    // Whether a key is new cannot be told.
    await issuer.changeKey();
    tokens.clock.advance(1_000);
    await expect(tokens.bearer(await issuer.sign())).rejects.toThrow(AuthenticationUnavailable);
    expect(tokens.logs).toHaveLength(1);
  });

  it('are asked for at most once a second while they were never there, until they are', async () => {
    await using issuer = await startTokenIssuer();
    issuer.serve(503);
    await using tokens = openTokens({ issuer });
    const token = await issuer.sign();
    await expect(tokens.bearer(token)).rejects.toThrow(AuthenticationUnavailable);
    issuer.serve(null);
    await expect(tokens.bearer(token)).rejects.toThrow(AuthenticationUnavailable);
    expect(issuer.asked()).toBe(1);
    tokens.clock.advance(1_000);
    expect(await tokens.bearer(token)).not.toBeNull();
    expect(issuer.asked()).toBe(2);
    expect(tokens.logs).toMatchObject([
      { level: 'warn', error: { message: 'The answer has status 503.' } },
      { level: 'info', message: 'the keys of tokens are there again' },
    ]);
  });
});

/** For the gateway and for jose. */
function passTime(clock: FakeClock, milliseconds: number) {
  clock.advance(milliseconds);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
}
