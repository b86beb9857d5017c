import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { SUBSCRIPTION } from './subscription.ts';

/** Opens `count` subscriptions over `sockets` sockets and tells its parent when each has its first token. */
const [url = '', count = '0', sockets = '1'] = process.argv.slice(2);

const clients = Array.from({ length: Number(sockets) }, () =>
  createClient({ url, webSocketImpl: WebSocket, lazy: false, retryAttempts: 0 }),
);

let waiting = Number(count);
for (let index = 0; index < Number(count); index += 1) {
  const payload = { query: SUBSCRIPTION, variables: { input: { prompt: `hang ${index}` } } };
  clients[index % clients.length]?.subscribe<{ generateStream: { __typename: string } }>(payload, {
    next: ({ data }) => {
      if (data?.generateStream.__typename !== 'GenerationDelta') return;
      waiting -= 1;
      if (waiting === 0) process.send?.('listening');
    },
    error: (error) => process.send?.(`failed: ${JSON.stringify(error)}`),
    complete: () => {},
  });
}
