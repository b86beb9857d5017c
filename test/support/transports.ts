import { createClient, type FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { keepMessages, keepOperation } from './operation-evidence.ts';

export type TestOperation = {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Record<string, unknown>;
};

type Credentials = { readonly authorization?: string };

/** One operation over one transport, and everything that came back for it. */
export type Transport = {
  readonly name: string;
  /** Whether it carries subscriptions. */
  readonly streams: boolean;
  run(
    server: Addressed,
    operation: TestOperation,
    credentials?: Credentials,
  ): Promise<FormattedExecutionResult[]>;
};

/** Where a server is reached, and by whom. */
export type Addressed = Credentials & { readonly url: string; readonly wsUrl: string };

/** The same server, called with a key. */
export function withKey({ url, wsUrl }: Addressed, key: string): Addressed {
  return { url, wsUrl, authorization: `Bearer ${key}` };
}

function credentialsOf({ authorization }: Credentials): Credentials {
  return authorization === undefined ? {} : { authorization };
}

export const transports: readonly Transport[] = [
  { name: 'HTTP', streams: false, run: runOverHttp },
  { name: 'server-sent events', streams: true, run: runOverEventStream },
  { name: 'WebSocket', streams: true, run: runOverWebSocket },
];

async function runOverHttp(server: Addressed, operation: TestOperation, credentials?: Credentials) {
  const accept = 'application/graphql-response+json';
  const response = await post(server, operation, { accept, ...credentials });
  return keepMessages([(await response.json()) as FormattedExecutionResult]);
}

async function runOverEventStream(
  server: Addressed,
  operation: TestOperation,
  credentials?: Credentials,
) {
  const response = await post(server, operation, { accept: 'text/event-stream', ...credentials });
  const text = await response.text();
  const results = [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(
    ([, data = '']) => JSON.parse(data) as FormattedExecutionResult,
  );
  return keepMessages(results);
}

/** An `error` message comes as a result with these errors. */
async function runOverWebSocket(
  server: Addressed,
  operation: TestOperation,
  credentials?: Credentials,
) {
  const params = { ...credentialsOf(server), ...credentials };
  keepOperation(operation, params.authorization);
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: params,
    retryAttempts: 0,
    lazyCloseTimeout: 0,
  });
  const results: FormattedExecutionResult[] = [];
  try {
    for await (const result of client.iterate<Record<string, unknown>, Record<string, unknown>>(
      operation,
    ))
      results.push(result);
  } catch (errors) {
    if (!Array.isArray(errors)) throw errors;
    results.push({ errors });
  }
  await client.dispose();
  return keepMessages(results);
}

export function post(
  server: Addressed,
  operation: TestOperation,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const sent: Record<string, string> = { ...credentialsOf(server), ...headers };
  keepOperation(operation, sent['authorization']);
  return fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...sent },
    body: JSON.stringify(operation),
    ...(signal && { signal }),
  });
}
