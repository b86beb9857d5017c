import { type Client, type ClientOptions, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Environment } from '../../src/config/environment.ts';
import { type Gateway, startGateway } from './gateway.ts';
import type { Addressed } from './transports.ts';
import { say } from './upstream-script.ts';

/** A gateway whose model answers everything in two pieces. */
export async function startAnsweringGateway(environment: Environment = {}): Promise<Gateway> {
  const gateway = await startGateway(environment);
  gateway.upstream.answersAll(() => say(['It is ', 'Paris.']));
  return gateway;
}

export function connectClient(
  { wsUrl }: Addressed,
  options: Partial<ClientOptions> = {},
): Client & AsyncDisposable {
  const client = createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...options,
  });
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.dispose() });
}
