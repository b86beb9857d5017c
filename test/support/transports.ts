import { createClient, type FormattedExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';

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

/** Where a server is reached. */
export type Addressed = { readonly url: string; readonly wsUrl: string };

export const transports: readonly Transport[] = [
  { name: 'HTTP', streams: false, run: runOverHttp },
  { name: 'server-sent events', streams: true, run: runOverEventStream },
  { name: 'WebSocket', streams: true, run: runOverWebSocket },
];

async function runOverHttp(server: Addressed, operation: TestOperation, credentials?: Credentials) {
  const accept = 'application/graphql-response+json';
  const response = await post(server, operation, { accept, ...credentials });
  return [(await response.json()) as FormattedExecutionResult];
}

async function runOverEventStream(
  server: Addressed,
  operation: TestOperation,
  credentials?: Credentials,
) {
  const response = await post(server, operation, { accept: 'text/event-stream', ...credentials });
  const text = await response.text();
  return [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(
    ([, data = '']) => JSON.parse(data) as FormattedExecutionResult,
  );
}

/** An `error` message comes as a result with these errors. */
async function runOverWebSocket(
  server: Addressed,
  operation: TestOperation,
  credentials?: Credentials,
) {
  const client = createClient({
    url: server.wsUrl,
    webSocketImpl: WebSocket,
    connectionParams: { ...credentials },
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
  return results;
}

export function post(
  server: Addressed,
  operation: TestOperation,
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(operation),
    ...(signal && { signal }),
  });
}
