import fc from 'fast-check';
import type { Environment } from '../../src/config/environment.ts';
import type { Variable } from '../../src/config/variable.ts';
import { variables } from '../../src/config/variables.ts';
import { oddJson, oddText } from './odd-values.ts';

/** An environment, and what in it must never be shown. */
export type OddEnvironment = { readonly environment: Environment; readonly secret: string };

const table = Object.entries(variables) as [string, Variable<unknown>][];
const secretNames = table.filter(([, { secret }]) => secret).map(([name]) => name);
const addressNames = [
  ...['REDIS_URL', 'REDIS_CACHE_URL', 'LLM_BASE_URL', 'ENCODER_BASE_URL', 'JWT_JWKS_URL'],
];
const anyName = fc.oneof(
  { arbitrary: fc.constantFrom(...table.map(([name]) => name)), weight: 10 },
  { arbitrary: fc.constantFrom('SLUICE_PROT', 'SLUICE_', 'PATH', 'MODEL_3B_NAME'), weight: 1 },
);
const prefixed = fc.boolean().map((has) => (has ? 'SLUICE_' : ''));

const goodValue = fc.constantFrom(
  ...table.flatMap(([, { default: byDefault }]) => (byDefault === null ? [] : [byDefault])),
  ...['demo', 'ollama', 'openai', 'custom', 'localhost', '0.0.0.0', '::1', 'redis://localhost'],
  ...['redis+cluster://a,b', 'redis+sentinel://a/main', 'http://localhost/v1', '{"m":{"input":1}}'],
);
const oddNumber = fc.constantFrom(
  '-1',
  '0',
  '1e3',
  '0x10',
  ' 7 ',
  '١',
  '9'.repeat(30),
  'NaN',
  '.5',
);
const oddValue = fc.oneof(
  { arbitrary: goodValue, weight: 5 },
  { arbitrary: oddNumber, weight: 2 },
  { arbitrary: fc.oneof(oddText, oddJson), weight: 2 },
  {
    arbitrary: fc
      .array(fc.constantFrom(...'a.:/@?#[]%<>^|\\ 0,'), { maxLength: 8 })
      .map((cs) => cs.join('')),
    weight: 2,
  },
);

/** Random of its own, so that it is found nowhere by chance. */
const secretText = fc.noShrink(
  fc.string({
    unit: fc.constantFrom(...'abcdefghjkmnpqrstuvwxyz'),
    minLength: 14,
    maxLength: 14,
  }),
);
const scheme = fc.constantFrom(
  ...['redis://', 'rediss://', 'redis+cluster://', 'redis+sentinel://', 'http://', 'https://'],
  ...['http:/', 'http:', 'https:\\\\', 'redis:', '//', ' http://', 'HTTP://', 'ftp://', ''],
);
/** Where in an address a secret stands, by mistake too. */
const place = fc.constantFrom<(secret: string) => string>(
  (secret) => `:${secret}@host`,
  (secret) => `me:${secret}@host:6379/0`,
  (secret) => `${secret}@host/v1`,
  (secret) => `me:a/${secret}@host`,
  (secret) => `me:a@${secret}@host`,
  (secret) => `me:a#${secret}@host`,
  (secret) => `me:${secret}@`,
  (secret) => `:${secret}@a,b:0`,
  (secret) => `host/v1?key=${secret}`,
  (secret) => `host/v1#${secret}`,
  (secret) => `host/main?sentinelPassword=${secret}`,
);
const secretAddress = fc.tuple(scheme, place).map(
  ([begin, rest]) =>
    (secret: string) =>
      begin + rest(secret),
);
const secretAlone = fc.tuple(oddText, oddText).map(
  ([before, after]) =>
    (secret: string) =>
      `${before.slice(0, 8)}${secret}${after.slice(0, 8)}`,
);

const secretVariable = fc.oneof(
  fc.tuple(fc.constantFrom(...secretNames), fc.oneof(secretAlone, secretAddress)),
  fc.tuple(fc.constantFrom(...addressNames), secretAddress),
);

/** What an operator might set, nearly right or not at all, with one secret in it. */
export const oddEnvironment: fc.Arbitrary<OddEnvironment> = fc
  .tuple(
    fc.array(fc.tuple(prefixed, anyName, oddValue), { maxLength: 8 }),
    fc.tuple(prefixed, secretVariable),
    secretText,
  )
  .map(([others, [prefix, [name, value]], secret]) => ({
    secret,
    environment: {
      ...Object.fromEntries(
        others.map(([before, each, text]) => [before + each, asBySystem(text)]),
      ),
      [prefix + name]: asBySystem(value(secret)),
    },
  }));

/** A system hands over whole characters, and none after a zero. */
function asBySystem(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
