import { getIntrospectionQuery } from 'graphql';
import { trustDocuments } from '../../src/server/trusted-documents.ts';
import type { Attempt, WayName } from './attempts.ts';
import type { startGraphqlServer } from './graphql-server.ts';
import { ask, CALLER, CALLER_IN_BROWSER, OPERATOR } from './keyed-callers.ts';
import { aliases, GENERATE } from './operations.ts';

type ServerOptions = NonNullable<Parameters<typeof startGraphqlServer>[0]>;

/**
 * What one policy refuses. Each row is tried over every transport: nothing may run, and the caller is told
 * `code`. Then `passes`, the nearest thing that is allowed, runs on the same server.
 */
export type PolicyRow = {
  /** A file of src/server/policies, or what else stands in the way of an operation. */
  readonly policy: string;
  readonly when: string;
  readonly attempt: Attempt;
  readonly code: string;
  /** What happens on a socket, when it is told by other means than a code. */
  readonly onSocket?: string;
  readonly passes: Attempt;
  readonly server?: ServerOptions;
  /** In place of `server`, for `passes`. */
  readonly passesAt?: ServerOptions;
  /** Only these transports have it. */
  readonly only?: { readonly on: readonly WayName[]; readonly because: string };
};

const http: readonly WayName[] = ['HTTP', 'server-sent events'];

const asked = ask(`{ ${GENERATE} }`);
const withoutKey = { payload: asked.payload };
/** Each fragment spreads the one before twice: 1,024 fields in a short document. */
const doubling = [
  '{ ...F10 }',
  `fragment F0 on Query { ${GENERATE} }`,
  ...Array.from({ length: 10 }, (_, n) => `fragment F${n + 1} on Query { ...F${n} ...F${n} }`),
].join(' ');

const trusted = `query Trusted { ${GENERATE} }`;
const trustedOnly = { trustedDocuments: trustDocuments(new Map([['listed', trusted]])) };

export const policyRows: readonly PolicyRow[] = [
  {
    policy: 'authentication',
    when: 'there are no credentials',
    attempt: withoutKey,
    code: 'UNAUTHENTICATED',
    onSocket: 'CLOSED 4401',
    passes: asked,
  },
  {
    policy: 'authentication',
    when: 'the key is unknown',
    attempt: { ...asked, authorization: 'Bearer guessed' },
    code: 'UNAUTHENTICATED',
    onSocket: 'CLOSED 4401',
    passes: asked,
  },
  {
    policy: 'authentication',
    when: 'a page on a socket has no key but that of its browser',
    attempt: {
      ...withoutKey,
      headers: { origin: 'https://app.example', authorization: CALLER_IN_BROWSER },
    },
    code: 'CLOSED 4401',
    passes: { ...withoutKey, headers: { authorization: CALLER_IN_BROWSER } },
    server: { config: { corsOrigins: ['*'] } },
    only: { on: ['WebSocket'], because: 'no page can read what a request brings in this way' },
  },
  {
    policy: 'operator fields',
    when: 'a caller asks for what operators see',
    attempt: ask('{ rollout { cacheEnabled } }'),
    code: 'FORBIDDEN',
    passes: { ...ask('{ rollout { cacheEnabled } }'), authorization: OPERATOR },
  },
  {
    policy: 'operator fields',
    when: 'a caller changes what operators change',
    attempt: ask('mutation { setRollout(input: { cacheEnabled: false }) { cacheEnabled } }'),
    code: 'FORBIDDEN',
    passes: {
      ...ask('mutation { setRollout(input: { cacheEnabled: false }) { cacheEnabled } }'),
      authorization: OPERATOR,
    },
  },
  {
    policy: 'complexity',
    when: 'generate is asked for under a hundred aliases',
    attempt: ask(`{ ${aliases(100)} }`),
    code: 'OPERATION_TOO_COMPLEX',
    passes: ask(`{ ${aliases(4)} }`),
  },
  {
    policy: 'complexity',
    when: 'a mutation asks for it under a hundred aliases',
    attempt: ask(`mutation { ${aliases(100)} }`),
    code: 'OPERATION_TOO_COMPLEX',
    passes: ask(`mutation { ${aliases(4)} }`),
  },
  {
    policy: 'complexity',
    when: 'a fragment with three of it is spread twice',
    attempt: ask(`{ ...F ... on Query { ...F } } fragment F on Query { ${aliases(3)} }`),
    code: 'OPERATION_TOO_COMPLEX',
    passes: ask(`{ ...F } fragment F on Query { ${aliases(3)} }`),
  },
  {
    policy: 'complexity',
    when: 'fragments double ten times',
    attempt: ask(doubling),
    code: 'OPERATION_TOO_COMPLEX',
    passes: ask(
      doubling.replace('{ ...F10 }', '{ ...F2 }').replaceAll(/fragment F([3-9]|10).*/g, ''),
    ),
  },
  {
    policy: 'complexity',
    when: 'what costs too much stands behind a condition that holds',
    attempt: ask(`query ($on: Boolean!) { ... @include(if: $on) { ${aliases(5)} } }`, { on: true }),
    code: 'OPERATION_TOO_COMPLEX',
    passes: ask(`query ($on: Boolean!) { __typename ... @include(if: $on) { ${aliases(5)} } }`, {
      on: false,
    }),
  },
  {
    policy: 'complexity',
    when: 'a stream costs more than is allowed',
    attempt: ask('subscription { generateStream(input: { prompt: "Hi" }) { seq } }'),
    code: 'OPERATION_TOO_COMPLEX',
    passes: ask('{ health { status } }'),
    server: { config: { maxComplexity: 100 } },
  },
  {
    policy: 'depth',
    when: 'fields are nested too deep',
    attempt: ask(`{ ${GENERATE} health { dependencies { name } } }`),
    code: 'OPERATION_TOO_DEEP',
    passes: ask(`{ ${GENERATE} health { status } }`),
    server: { config: { maxDepth: 2 } },
  },
  {
    policy: 'depth',
    when: 'they are nested by way of fragments',
    attempt: ask(
      `{ ${GENERATE} ...F } fragment F on Query { health { ...G } } fragment G on Health { dependencies { name } }`,
    ),
    code: 'OPERATION_TOO_DEEP',
    passes: ask(`{ ${GENERATE} ...F } fragment F on Query { health { status } }`),
    server: { config: { maxDepth: 2 } },
  },
  {
    policy: 'introspection',
    when: 'the schema is asked for',
    attempt: ask(getIntrospectionQuery()),
    code: 'INTROSPECTION_DISABLED',
    passes: asked,
    server: { config: { introspection: false } },
  },
  {
    policy: 'introspection',
    when: 'it is asked for in a fragment and under an alias',
    attempt: ask(`{ ${GENERATE} ...F } fragment F on Query { x: __type(name: "Query") { name } }`),
    code: 'INTROSPECTION_DISABLED',
    passes: ask(`{ ${GENERATE} ...F } fragment F on Query { x: __typename }`),
    server: { config: { introspection: false } },
  },
  {
    policy: 'method',
    when: 'generate is asked for by GET',
    attempt: { ...asked, method: 'GET' },
    code: 'METHOD_NOT_ALLOWED',
    passes: { ...ask('{ health { status } }'), method: 'GET' },
    only: { on: http, because: 'a socket knows no methods' },
  },
  {
    policy: 'tokens',
    when: 'a document has more tokens than are taken',
    attempt: ask(`{ ${GENERATE} ${'a '.repeat(2_500)} }`),
    code: 'GRAPHQL_PARSE_FAILED',
    passes: ask(`{ ${GENERATE} ${'__typename '.repeat(250)} }`),
  },
  {
    policy: 'bytes',
    when: 'a request or a message is too large',
    attempt: ask(`{ ${GENERATE} }`, { padding: 'x'.repeat(70_000) }),
    code: 'REQUEST_ENTITY_TOO_LARGE',
    onSocket: 'CLOSED 1009',
    passes: ask(`{ ${GENERATE} }`, { padding: 'x'.repeat(10_000) }),
  },
  {
    policy: 'batching',
    when: 'several operations come as one',
    attempt: { ...asked, payload: [asked.payload, asked.payload] },
    code: 'BAD_REQUEST',
    onSocket: 'CLOSED 4400',
    passes: asked,
  },
  {
    policy: 'incremental delivery',
    when: 'a part of it is to come later',
    attempt: ask(`{ ... @defer { ${GENERATE} } }`),
    code: 'GRAPHQL_VALIDATION_FAILED',
    passes: ask(`{ ... { ${GENERATE} } }`),
  },
  {
    policy: 'trusted documents',
    when: 'the id is unknown',
    attempt: documentById('unlisted'),
    code: 'DOCUMENT_NOT_FOUND',
    passes: documentById('listed'),
    server: trustedOnly,
  },
  {
    policy: 'trusted documents',
    when: 'no documents are listed at all',
    attempt: documentById('listed'),
    code: 'DOCUMENT_NOT_FOUND',
    passes: asked,
  },
  {
    policy: 'trusted documents',
    when: 'the text is another',
    attempt: ask(`${trusted} `),
    code: 'DOCUMENT_NOT_TRUSTED',
    passes: ask(trusted),
    server: trustedOnly,
  },
  {
    policy: 'trusted documents',
    when: 'another text comes with the id of one that is listed',
    attempt: { ...asked, payload: { ...documentById('listed').payload, query: `{ ${GENERATE} }` } },
    code: 'DOCUMENT_NOT_TRUSTED',
    passes: { ...ask(`{ ${GENERATE} }`), authorization: OPERATOR },
    server: trustedOnly,
  },
  {
    policy: 'trusted documents',
    when: 'the text is none, which nobody is told',
    attempt: ask('{ generates'),
    code: 'DOCUMENT_NOT_TRUSTED',
    passes: ask(trusted),
    server: trustedOnly,
  },
  {
    policy: 'origin',
    when: 'a page of another origin asks',
    attempt: { ...asked, headers: { origin: 'https://evil.example' } },
    code: 'FORBIDDEN_ORIGIN',
    onSocket: 'HTTP 403',
    passes: { ...asked, headers: { origin: 'https://app.example' } },
    server: { config: { corsOrigins: ['https://app.example'] } },
  },
  {
    policy: 'origin',
    when: 'a page of another site makes the browser ask without an origin',
    attempt: { ...asked, headers: { 'sec-fetch-site': 'cross-site' } },
    code: 'FORBIDDEN_ORIGIN',
    onSocket: 'HTTP 403',
    passes: { ...asked, headers: { 'sec-fetch-site': 'same-origin' } },
  },
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/graphql'].map(
    (type): PolicyRow => ({
      policy: 'content type',
      when: `the body is ${type}`,
      attempt: { ...asked, headers: { 'content-type': type } },
      code: 'UNSUPPORTED_MEDIA_TYPE',
      passes: { ...asked, headers: { 'content-type': 'application/json; charset=utf-8' } },
      only: { on: http, because: 'a message has no type' },
    }),
  ),
  {
    policy: 'connections at once',
    when: 'an address has as many as it may',
    attempt: asked,
    code: 'TOO_MANY_CONNECTIONS',
    onSocket: 'HTTP 429',
    passes: asked,
    server: { config: { maxConnectionsPerAddress: 0 } },
    passesAt: { config: { maxConnectionsPerAddress: 1 } },
  },
  {
    policy: 'operations at once',
    when: 'a socket has as many as it may',
    attempt: asked,
    code: 'TOO_MANY_OPERATIONS',
    passes: asked,
    server: { config: { maxOperationsPerSocket: 0 } },
    passesAt: { config: { maxOperationsPerSocket: 1 } },
    only: { on: ['WebSocket'], because: 'a request carries one operation' },
  },
];

/** graphql-ws takes no message without a text. */
function documentById(documentId: string) {
  return { authorization: CALLER, payload: { query: '', documentId } };
}
