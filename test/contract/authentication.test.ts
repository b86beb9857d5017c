import { systemClock } from '../../src/domain/clock.ts';
import { apiKeyAuthentication } from '../../src/tenancy/api-keys.ts';
import { firstOf } from '../../src/tenancy/first-of.ts';
import { jsonWebTokens } from '../../src/tenancy/json-web-tokens.ts';
import { openAuthentication } from '../../src/tenancy/open.ts';
import { FREE_TERMS } from '../../src/tenancy/terms.ts';
import { writeKeysFile } from '../support/keys-file.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';
import { describeAuthentication, type OpenedAuthentication } from './authentication.ts';

const KEY = 'contract-0123456789abcdef';

describeAuthentication('for everyone', async () => ({
  authentication: openAuthentication({ operator: false }),
  good: { authorization: null },
  withdraw: null,
  open: true,
  async [Symbol.asyncDispose]() {},
}));

describeAuthentication('by keys', openKeys);
describeAuthentication('by tokens', openTokens);

describeAuthentication('by tokens or keys, for who has a key', async () => {
  const [keys, tokens] = await Promise.all([openKeys(), openTokens()]);
  return { ...keys, ...both(keys, tokens) };
});

describeAuthentication('by keys or tokens, for who has a token', async () => {
  const [keys, tokens] = await Promise.all([openKeys(), openTokens()]);
  return { ...tokens, ...both(tokens, keys) };
});

async function openKeys(): Promise<OpenedAuthentication> {
  const file = await writeKeysFile({ keys: [{ tenant: 'acme', key: KEY }] });
  const { logger } = recordLogs();
  const authentication = await apiKeyAuthentication({ path: file.path, everyMs: 5, logger });
  return {
    authentication,
    good: { authorization: `Bearer ${KEY}` },
    withdraw: () => file.write({ keys: [] }),
    open: false,
    async [Symbol.asyncDispose]() {
      await authentication[Symbol.asyncDispose]();
      await file[Symbol.asyncDispose]();
    },
  };
}

async function openTokens(): Promise<OpenedAuthentication> {
  const issuer = await startTokenIssuer();
  const authentication = jsonWebTokens({
    jwt: issuer.jwt,
    termsOf: () => FREE_TERMS,
    fetch,
    clock: systemClock,
    logger: recordLogs().logger,
  });
  return {
    authentication,
    good: { authorization: `Bearer ${await issuer.sign()}` },
    withdraw: null,
    open: false,
    async [Symbol.asyncDispose]() {
      await authentication[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

function both(first: OpenedAuthentication, second: OpenedAuthentication) {
  return {
    authentication: firstOf([first.authentication, second.authentication]),
    async [Symbol.asyncDispose]() {
      await first[Symbol.asyncDispose]();
      await second[Symbol.asyncDispose]();
    },
  };
}
