import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { buildSchema } from 'graphql';
import { nearlyObject, oddJson, oddText, withFaults } from './odd-values.ts';
import { ASK, aliases, FOLLOW, HEALTH } from './operations.ts';
import { randomDocument } from './random-document.ts';
import { seededDice } from './seeded-dice.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

const json = (...values: readonly unknown[]) =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));
const text = fc.oneof(
  json('How warm?', 'x'),
  oddText.map((any) => JSON.stringify(any)),
);

const generateInput = nearlyObject({
  prompt: text,
  system: fc.oneof(json(null), text),
  history: fc.oneof(
    json(null, []),
    text.map((content) => `[{"role":"USER","content":${content}}]`),
  ),
  model: fc.oneof(json(null), json('large-model', 'nobody', '')),
  maxTokens: json(null, 1, 1e6, 2 ** 31 - 1),
  temperature: json(null, 0, 2, 2.1),
  topP: json(null, 0, 1, 1e-300),
  stop: json(
    null,
    [],
    ['x'],
    Array.from({ length: 17 }, () => 'x'),
  ),
  seed: json(null, 0, -(2 ** 31)),
  responseFormat: json(null, { kind: 'TEXT' }, { kind: 'JSON_SCHEMA', jsonSchema: '{"a":' }),
  cache: nearlyObject({
    mode: json('DEFAULT', 'BYPASS', 'ONLY', 'REFRESH'),
    namespace: fc.oneof(
      json(null, 'default', ''),
      fc.string({ maxLength: 8 }).map((name) => JSON.stringify(name)),
    ),
    ttlSeconds: json(null, 1, -1, 2 ** 31 - 1),
    maxErrorRate: json(null, 0, 1, 2),
  }),
  routing: nearlyObject({
    tier: json(null, 'SMALL', 'LARGE'),
    stickyKey: fc.oneof(json(null), text),
  }),
  idempotencyKey: fc.oneof(json(null), json('k1', 'k2'), text),
});

const bracket = fc.tuple(fc.constantFrom('{a', '[', '(a:', '{...{', '"""'), fc.nat(2_000));
const tricks: readonly string[] = [
  `{ ${aliases(100)} }`,
  'query A { health { status } } query B { health { status } }',
  '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
  `{ ${'...A '.repeat(300)} } fragment A on Query { ${'health { status } '.repeat(10)} }`,
  'query ($a: Int = 1, $a: Int = 2) { health { status } }',
  'query ($input: GenerateInput! = { prompt: "x" }) { preview(input: $input) { inputTokens } }',
  '{ health @include(if: true) @skip(if: "x") { status } }',
  '{ generation(id: "\\u{D800}\\uD83D") { id } }',
  '{ generation(id: """\\""" """) { id } } # \u2028',
  'subscription { a: generateStream(input: { prompt: "x" }) { seq } b: resumeStream(generationId: 1) { seq } }',
  '{ __type(name: "Query") { fields { type { fields { type { fields { type { name } } } } } } } }',
  'extend type Query { a: Int } { health { status } }',
  '{ health { status } } type Query { a: Int }',
  '',
  '#',
  '\ufeff{ health { status } }',
  '{ health { status __proto__ constructor } }',
];

/** Documents: of the schema, of others, and none. */
export const oddDocument = fc.oneof(
  { arbitrary: fc.nat().map((seed) => randomDocument(schema, seededDice(seed))), weight: 8 },
  { arbitrary: fc.constantFrom(ASK, FOLLOW, HEALTH), weight: 3 },
  { arbitrary: fc.constantFrom(...tricks), weight: 2 },
  { arbitrary: bracket.map(([opened, times]) => opened.repeat(times)), weight: 1 },
  { arbitrary: oddText, weight: 1 },
  {
    arbitrary: withFaults(
      fc.constantFrom(ASK, FOLLOW, HEALTH).map((document) => Buffer.from(document)),
    ).map((bytes) => Buffer.from(bytes).toString()),
    weight: 2,
  },
);

const variables = fc.oneof(
  { arbitrary: generateInput.map((input) => `{"input":${input}}`), weight: 6 },
  { arbitrary: oddJson, weight: 1 },
);

/** Well-formed JSON of an operation, whatever the operation is. */
export const soundParams: fc.Arbitrary<string> = fc.oneof(
  {
    arbitrary: fc
      .tuple(oddDocument, variables)
      .map(([query, given]) => `{"query":${JSON.stringify(query)},"variables":${given}}`),
    weight: 2,
  },
  {
    arbitrary: fc
      .constantFrom(ASK, FOLLOW)
      .map((query) => JSON.stringify({ query, variables: { input: { prompt: 'How warm?' } } })),
    weight: 1,
  },
  {
    arbitrary: json({ query: 'subscription { statsChanged(intervalMs: 60000) { at } }' }),
    weight: 1,
  },
);

/** What a client sends to have an operation run, as JSON: nearly right, or not at all. */
export const oddParams: fc.Arbitrary<string> = fc.oneof(
  {
    arbitrary: nearlyObject({
      query: oddDocument.map((document) => JSON.stringify(document)),
      variables,
      operationName: fc.oneof(json(null), json('Ask', 'A', '', 'constructor')),
      extensions: fc.oneof(json(null, {}), oddJson),
    }),
    weight: 4,
  },
  {
    arbitrary: variables.map((given) => `{"query":${JSON.stringify(ASK)},"variables":${given}}`),
    weight: 3,
  },
  { arbitrary: oddJson, weight: 1 },
);
