import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/domain/clock.ts';
import { isName } from '../../src/domain/names.ts';
import { jsonWebTokens } from '../../src/tenancy/json-web-tokens.ts';
import { hashOfKey, type Keys } from '../../src/tenancy/keys.ts';
import { parseKeysFile } from '../../src/tenancy/keys-file.ts';
import { KeysFileError } from '../../src/tenancy/keys-file-error.ts';
import type { Principal } from '../../src/tenancy/principal.ts';
import { FREE_TERMS } from '../../src/tenancy/terms.ts';
import { casesOf, fuzz, fuzzTimeout, isWholeRun } from '../support/fuzz.ts';
import { oddKeysFile } from '../support/odd-keys-files.ts';
import { oddAuthorization } from '../support/odd-tokens.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { startTokenIssuer } from '../support/token-issuer.ts';

const CASES_OF_FILES = 350;
const CASES_OF_TOKENS = 150;

describe('whatever an operator writes into the file of keys', { timeout: fuzzTimeout }, () => {
  it(`makes keys or a list of problems, and shows no key: ${casesOf(CASES_OF_FILES)}`, async () => {
    const ends = new Set<string>();

    await fuzz(oddKeysFile, { cases: CASES_OF_FILES }, ({ text, key }) => {
      const { keys, shown } = outcomeOf(text);
      expect(shown.join('\n')).not.toContain(key);
      for (const principal of keys?.principals.values() ?? []) checkPrincipal(principal);
      ends.add(keys === null ? 'problems' : 'keys');
      if (keys?.principals.has(hashOfKey(key))) ends.add('the key');
    });

    if (isWholeRun) expect(ends).toEqual(new Set(['problems', 'keys', 'the key']));
  });
});

describe('whatever is shown for a token', { timeout: fuzzTimeout }, () => {
  it(`lets nobody in but by a good one, and breaks nothing: ${casesOf(CASES_OF_TOKENS)}`, async () => {
    await using issuer = await startTokenIssuer();
    const { logger, logs } = recordLogs();
    await using authentication = jsonWebTokens({
      jwt: { ...issuer.jwt, operatorClaim: 'operator' },
      termsOf: () => FREE_TERMS,
      fetch,
      clock: systemClock,
      logger,
    });
    const good = await issuer.sign({ exp: NEVER });
    const principalOf = async (authorization: string) =>
      (await authentication.authenticate({ authorization }))?.principal ?? null;
    const acme = await principalOf(`Bearer ${good}`);
    expect(acme).toMatchObject({ tenant: 'acme', operator: false });

    await fuzz(oddAuthorization(good), { cases: CASES_OF_TOKENS }, async (authorization) => {
      expect([null, acme]).toContainEqual(await principalOf(authorization));
    });

    expect(await principalOf(`Bearer ${good}`)).toEqual(acme);
    // A token of an unknown key makes the keys be fetched again, but not each one.
    expect(issuer.asked()).toBeLessThan(10);
    expect(logs).toEqual([]);
  });
});

function checkPrincipal({ tenant, limits }: Principal) {
  expect(tenant).toSatisfy(isName);
  for (const figure of Object.values(limits ?? {})) {
    if (typeof figure === 'number') expect(figure).toBeGreaterThan(0);
  }
}

/** 2100, so that a run takes no longer. */
const NEVER = 4_102_444_800;

/** The keys, or null; and all that is told of the file. */
function outcomeOf(text: string): { keys: Keys | null; shown: readonly string[] } {
  try {
    const keys = parseKeysFile(text);
    return { keys, shown: keys.warnings };
  } catch (error) {
    if (!(error instanceof KeysFileError)) throw error;
    expect(error.problems).not.toEqual([]);
    return { keys: null, shown: [error.message, ...error.problems] };
  }
}
