import fc from 'fast-check';
import { awkwardText } from './awkward-text.ts';

/** Numbers as JSON can write them, those too that fit into nothing. */
const oddNumber = fc.constantFrom(
  ...['0', '-0', '-1', '1', '0.5', '-0.5', '1e3', '2147483647', '2147483648', '-2147483649'],
  ...['9007199254740993', '1e21', '1e308', '1e999', '-1e999', '1e-999', '9'.repeat(400)],
);

/** Texts from none to a good deal, of any characters. */
export const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  awkwardText,
  fc.constantFrom('', ' ', '\u0000', '__proto__', 'constructor', 'null', '💥', '\ud800', '\udfff'),
  fc.integer({ min: 1, max: 5_000 }).map((length) => 'long '.repeat(length)),
);

/** Some JSON of any shape, as text: flat or nested, with names that objects have anyway. */
export const oddJson: fc.Arbitrary<string> = fc.letrec<{
  value: string;
  list: string;
  object: string;
}>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false', '""', '[]', '{}'),
    oddNumber,
    oddText.map((text) => JSON.stringify(text)),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 4 }).map((values) => `[${values.join(',')}]`),
  object: fc
    .array(fc.tuple(oddText, tie('value')), { maxLength: 4 })
    .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`)}}`),
})).value;

/** An object as JSON with these fields, as text; now and then one is missing, or has an odd value. */
export function nearlyObject(
  fields: Readonly<Record<string, fc.Arbitrary<string>>>,
): fc.Arbitrary<string> {
  const entries = Object.entries(fields).map(([name, value]) =>
    fc
      .oneof(
        { arbitrary: value, weight: 8 },
        { arbitrary: fc.constant(null), weight: 2 },
        { arbitrary: oddJson, weight: 1 },
      )
      .map((json) => (json === null ? [] : [`${JSON.stringify(name)}:${json}`])),
  );
  return fc.tuple(...entries).map((written) => `{${written.flat().join(',')}}`);
}

/** The same bytes, cut into pieces at any places. */
export function cutAnywhere(whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> {
  return fc
    .tuple(whole, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }))
    .map(([bytes, places]) => {
      const at = places.map((place) => Math.floor(place * bytes.length)).sort((a, b) => a - b);
      return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
    });
}

/** The same bytes with a few of them changed, left out or put in. */
export function withFaults(whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const fault = fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(3),
    fc.uint8Array({ maxLength: 4 }),
  );
  return fc.tuple(whole, fc.array(fault, { maxLength: 3 })).map(([bytes, faults]) =>
    faults.reduce<Uint8Array>((before, [place, dropped, added]) => {
      const at = Math.floor(place * before.length);
      return Buffer.concat([before.subarray(0, at), added, before.subarray(at + dropped)]);
    }, bytes),
  );
}
