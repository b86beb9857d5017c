import fc from 'fast-check';
import { nearlyObject, oddJson, oddText, withFaults } from './odd-values.ts';

const json = (...values: readonly unknown[]) =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));
const base64url = (text: string | Uint8Array) => Buffer.from(text).toString('base64url');

const header = nearlyObject({
  alg: json('ES256', 'ES256', 'RS256', 'HS256', 'none', 'None', 'dir', 'EdDSA', 'A128KW'),
  kid: fc.oneof(
    json('a-key'),
    oddText.map((text) => JSON.stringify(text)),
  ),
  typ: json('JWT', 'at+jwt'),
  crit: json(['b64'], ['exp'], []),
  b64: json(true, false),
  jku: json('http://127.0.0.1:1/keys'),
  jwk: json({ kty: 'oct', k: '' }, { kty: 'EC', crv: 'P-256', x: '', y: '' }),
  zip: json('DEF'),
  enc: json('A256GCM'),
});
const claims = nearlyObject({
  iss: json('https://id.example/'),
  aud: json('sluice', ['sluice']),
  exp: json(4_102_444_800, 0, '4102444800'),
  nbf: json(0, 4_102_444_800),
  tenant: json('acme', '', '__proto__'),
  sub: json('me'),
  operator: json(true),
});
const signature = fc.oneof(
  { arbitrary: fc.uint8Array({ minLength: 64, maxLength: 64 }), weight: 3 },
  { arbitrary: fc.constant(new Uint8Array(64)), weight: 1 },
  { arbitrary: fc.uint8Array({ maxLength: 300 }), weight: 1 },
);
const made = fc
  .tuple(fc.oneof(header, oddJson), fc.oneof(claims, oddJson), signature)
  .map((parts) => parts.map((part) => base64url(part)).join('.'));

/** Tokens that nobody has signed, changed ones of `good`, and what is none at all. */
export function oddAuthorization(good: string): fc.Arbitrary<string> {
  const [head = '', body = '', signed = ''] = good.split('.');
  const changed = withFaults(fc.constant<Uint8Array>(Buffer.from(good))).map((bytes) =>
    Buffer.from(bytes).toString('latin1'),
  );
  const swapped = fc
    .tuple(
      fc.oneof(fc.constant(head), header.map(base64url)),
      fc.oneof(fc.constant(body), claims.map(base64url)),
    )
    .map(([first, second]) => `${first}.${second}.${signed}`);
  const secret = fc.oneof(
    { arbitrary: made, weight: 4 },
    { arbitrary: changed, weight: 3 },
    { arbitrary: swapped, weight: 2 },
    { arbitrary: oddText, weight: 1 },
    { arbitrary: fc.nat(20_000).map((length) => '.'.repeat(length)), weight: 1 },
  );
  const scheme = fc.oneof(
    { arbitrary: fc.constantFrom('Bearer ', 'bearer  ', 'BEARER '), weight: 8 },
    { arbitrary: fc.constantFrom('Basic ', 'Digest ', '', 'Bearer'), weight: 2 },
    { arbitrary: oddText, weight: 1 },
  );
  return fc.tuple(scheme, secret).map(([first, second]) => `${first}${second}`);
}
