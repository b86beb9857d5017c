import fc from 'fast-check';
import { nearlyObject, oddJson, oddText, withFaults } from './odd-values.ts';

/** A file of keys as text, and a key that it holds, which must never be shown. */
export type OddKeysFile = { readonly text: string; readonly key: string };

const json = (...values: readonly unknown[]) =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));

/** Where the key goes. */
const KEY = 'KEY-GOES-HERE';
const key = json(KEY, KEY, `${KEY} `, `x${KEY}`);
const tenant = json(
  'acme',
  'acme',
  'globex',
  '',
  '__proto__',
  'constructor',
  'a/b',
  'x'.repeat(300),
);

const terms = {
  requestsPerMinute: json(1, 60, 0, -1, 0.5),
  tokensPerMinute: json(1_000, Number.MAX_SAFE_INTEGER),
  maxConcurrent: json(1, null),
  budgetUsd: json(0.01, 5, -1, 1e308),
  window: json('day', 'MONTH', 'week'),
  maxTier: json('small', 'LARGE', 'huge'),
  models: json(['large-model'], [], ['']),
  namespaces: json(['default'], [], ['a b']),
};
const odd = { arbitrary: oddJson, weight: 1 };
const keyEntry = fc.oneof(
  {
    arbitrary: nearlyObject({
      tenant,
      key,
      user: json('me', ''),
      operator: json(true, 'yes'),
      ...terms,
    }),
    weight: 3,
  },
  { arbitrary: fc.constant(`{"tenant":"acme","key":"${KEY}"}`), weight: 4 },
  {
    arbitrary: nearlyObject({
      tenant,
      keyHash: json('a'.repeat(64), `sha256:${'B'.repeat(64)}`, KEY),
    }),
    weight: 1,
  },
  {
    arbitrary: json({ tenant: 'acme', [KEY]: 'key' }, { tenant: 'acme', keys: KEY }, KEY, [KEY]),
    weight: 1,
  },
  odd,
);
const tenantEntry = fc.oneof({ arbitrary: nearlyObject({ tenant, ...terms }), weight: 3 }, odd);

const list = (entry: fc.Arbitrary<string>) =>
  fc.array(entry, { maxLength: 3 }).map((entries) => `[${entries}]`);
const sound = list(keyEntry).map((keys) => `{"keys":${keys}}`);
const file = fc.oneof(
  { arbitrary: sound, weight: 6 },
  { arbitrary: nearlyObject({ keys: list(keyEntry), tenants: list(tenantEntry) }), weight: 4 },
  {
    arbitrary: withFaults(sound.map((text): Uint8Array => Buffer.from(text))).map((bytes) =>
      Buffer.from(bytes).toString(),
    ),
    weight: 2,
  },
  {
    arbitrary: fc.oneof(
      oddJson,
      oddText,
      fc.constantFrom(KEY, `\ufeff${KEY}`, `{"keys":[{"key":"${KEY}`),
    ),
    weight: 1,
  },
);
/** Not of letters alone: what reads like the name of a field is shown where a name has to be. */
const keyText = fc
  .noShrink(
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 14, maxLength: 20 }),
  )
  .map((digits) => `k7${digits}`);

/** What an operator may have written: nearly a file of keys, or none. */
export const oddKeysFile: fc.Arbitrary<OddKeysFile> = fc
  .tuple(file, keyText)
  .map(([text, secret]) => ({ text: text.replaceAll(KEY, secret), key: secret }));
