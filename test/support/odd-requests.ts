import fc from 'fast-check';
import { oddDocument, oddParams } from './odd-operations.ts';
import { cutAnywhere, oddText, withFaults } from './odd-values.ts';

export type OddRequest = {
  readonly method: string;
  /** From the slash on. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
};

/** What HTTP lets stand in a header. */
const headerText = oddText.map((text) =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').slice(0, 500),
);

const bytes = oddParams.map((json): Uint8Array => Buffer.from(json));
const body = fc.oneof(
  { arbitrary: bytes, weight: 8 },
  { arbitrary: oddParams.map((json): Uint8Array => Buffer.from(`[${json},${json}]`)), weight: 1 },
  { arbitrary: withFaults(bytes), weight: 2 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
  {
    arbitrary: fc.nat(20_000).map((times): Uint8Array => Buffer.from('[{"a":'.repeat(times))),
    weight: 1,
  },
);

const contentType = fc.oneof(
  { arbitrary: fc.constant('application/json'), weight: 12 },
  {
    arbitrary: fc.constantFrom(
      ...[
        'application/graphql',
        'application/json; charset=utf-16',
        'application/json;charset=nothing',
      ],
      ...['application/x-www-form-urlencoded', 'text/plain', 'application/graphql+json', ',', ''],
      ...[
        'multipart/form-data',
        'multipart/form-data; boundary=x',
        'APPLICATION/JSON',
        'a'.repeat(4_000),
      ],
    ),
    weight: 3,
  },
  { arbitrary: headerText, weight: 1 },
);
const accept = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      ...['*/*', 'application/json', 'application/graphql-response+json', 'text/event-stream'],
    ),
    weight: 6,
  },
  {
    arbitrary: fc.constantFrom('multipart/mixed', 'text/html', 'image/png', '', ';q=', 'a/b;q=x'),
    weight: 1,
  },
  { arbitrary: headerText, weight: 1 },
);

const seldom: Readonly<Record<string, fc.Arbitrary<string>>> = {
  authorization: fc.oneof(fc.constantFrom('Bearer', 'Bearer x', 'Basic eDp4'), headerText),
  origin: fc.oneof(fc.constantFrom('null', 'https://elsewhere.example'), headerText),
  'content-encoding': fc.constantFrom('gzip', 'identity', 'nothing'),
  'x-forwarded-for': fc.oneof(
    fc.constantFrom(
      '1.2.3.4',
      ', ,',
      'x, ::1',
      '[::1%x]:1',
      '::ffff:1.2.3.4',
      'fe80::1%eth0',
      '[::]:',
    ),
    headerText,
  ),
  'accept-encoding': fc.constantFrom('gzip', 'br', '*'),
  'last-event-id': headerText,
  connection: fc.constantFrom('close', 'keep-alive', 'upgrade'),
  expect: fc.constantFrom('100-continue', 'nothing'),
  'if-none-match': headerText,
  'x-graphql-event-stream-token': headerText,
};
const oddHeaders = Object.entries(seldom).map(([name, value]) =>
  fc.oneof(
    { arbitrary: fc.constant([]), weight: 15 },
    { arbitrary: value.map((text) => [[name, text]]), weight: 1 },
  ),
);
const headers = fc.tuple(contentType, accept, ...oddHeaders).map(
  ([type, accepted, ...odd]): Record<string, string> => ({
    'content-type': type,
    accept: accepted,
    ...Object.fromEntries(odd.flat()),
  }),
);

const withBody = fc.record({
  method: fc.oneof(
    { arbitrary: fc.constant('POST'), weight: 12 },
    { arbitrary: fc.constantFrom('PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'), weight: 1 },
  ),
  target: fc.oneof(
    { arbitrary: fc.constant('/graphql'), weight: 12 },
    {
      arbitrary: fc.constantFrom('/graphql?', '/graphql/stream', '/', '//graphql', '/%', '/health'),
      weight: 1,
    },
  ),
  headers,
  body: cutAnywhere(body),
});

const query = fc.oneof({ arbitrary: oddDocument, weight: 4 }, { arbitrary: oddText, weight: 1 });
const inTarget = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'OPTIONS'),
  target: fc.tuple(query, fc.oneof(oddParams, oddText)).map(([document, variables]) => {
    const search = new URLSearchParams({ query: document, variables, extensions: variables });
    return `/graphql?${search}`.slice(0, 8_000);
  }),
  headers,
  body: fc.constant([]),
});

/** What may come by HTTP: nearly a request for GraphQL, or none. */
export const oddRequest: fc.Arbitrary<OddRequest> = fc.oneof(
  { arbitrary: withBody, weight: 4 },
  { arbitrary: inTarget, weight: 1 },
);

/** The bytes of a request, right or wrong: what a client may send that does not speak HTTP. */
export const oddHttpBytes = fc.oneof(
  withFaults(
    fc
      .tuple(oddRequest, fc.constantFrom('1', '9', '0', '-1', '99999999999'))
      .map(([{ method, target, headers: fields, body: pieces }, length]) => {
        const lines = Object.entries({ host: 'localhost', ...fields, 'content-length': length });
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const start = `${method} ${target} HTTP/1.1\r\n${head}\r\n`;
        return Buffer.concat([Buffer.from(start, 'latin1'), ...pieces]);
      }),
  ),
  fc.uint8Array({ maxLength: 200 }),
);
