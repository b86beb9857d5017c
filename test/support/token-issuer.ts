import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { JwtConfig } from '../../src/config/config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { secret } from './evidence.ts';

const issuer = 'https://id.example/';
const audience = 'sluice';

/** Who signs tokens, and serves the keys to check them by. */
export type TokenIssuer = AsyncDisposable & {
  /** What a gateway has to know of it. */
  readonly jwt: JwtConfig;
  /** What an operator would set for its tokens to be good. */
  readonly environment: Environment;
  /** How often the keys were asked for. */
  asked(): number;
  /** A good token of the tenant `acme` that ends in an hour, but for what `claims` says. */
  sign(claims?: object): Promise<string>;
  /** From now on another key signs; the old one is served no more. */
  changeKey(): Promise<void>;
  /** Serves this status, or this text, in place of the keys; null: the keys again. */
  serve(instead: number | string | null): void;
};

export async function startTokenIssuer(): Promise<TokenIssuer> {
  let signing = await newKey();
  let asked = 0;
  let instead: number | string | null = null;
  const server = createServer((_request, response) => {
    asked += 1;
    response.statusCode = typeof instead === 'number' ? instead : 200;
    response.end(typeof instead === 'string' ? instead : JSON.stringify({ keys: [signing.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
  return {
    jwt: { jwksUrl, issuer, audience, tenantClaim: 'tenant', operatorClaim: null },
    environment: { JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience },
    asked: () => asked,
    async sign(claims = {}) {
      const standard = { iss: issuer, aud: audience, exp: inSeconds(3_600), tenant: 'acme' };
      const token = await new SignJWT({ ...standard, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: signing.jwk.kid })
        .sign(signing.privateKey);
      return secret('key', token);
    },
    async changeKey() {
      signing = await newKey();
    },
    serve(what) {
      instead = what;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As a claim tells of a time. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = crypto.randomUUID();
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}
