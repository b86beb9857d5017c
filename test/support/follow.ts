import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { EVENT_FIELDS, type StreamedEvent } from './ask.ts';
import type { Addressed } from './transports.ts';

/** One listener on a socket of its own, read one event at a time. */
export type Listener = AsyncDisposable & {
  /** The next event; fails the test when the stream has ended. */
  next(): Promise<StreamedEvent>;
  /** All that is still to come, to the end. */
  rest(): Promise<StreamedEvent[]>;
};

export function listenToStream(
  server: Addressed,
  input: object,
  options: { afterSeq?: number; operationId?: string } = {},
): Listener {
  const query = `subscription Stream($input: GenerateInput!, $afterSeq: Int! = -1) {
    events: generateStream(input: $input, afterSeq: $afterSeq) { ${EVENT_FIELDS} }
  }`;
  const { afterSeq = -1, operationId } = options;
  return listenTo(server, query, { input, afterSeq }, operationId);
}

export function listenToGeneration(
  server: Addressed,
  generationId: string,
  afterSeq = -1,
): Listener {
  const query = `subscription Resume($generationId: ID!, $afterSeq: Int! = -1) {
    events: resumeStream(generationId: $generationId, afterSeq: $afterSeq) { ${EVENT_FIELDS} }
  }`;
  return listenTo(server, query, { generationId, afterSeq });
}

function listenTo(
  { wsUrl, authorization }: Addressed,
  query: string,
  variables: Record<string, unknown>,
  operationId?: string,
): Listener {
  const client = createClient({
    url: wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(authorization !== undefined && { connectionParams: { authorization } }),
    ...(operationId !== undefined && { generateID: () => operationId }),
  });
  const results = client.iterate<{ events: StreamedEvent }>({ query, variables });

  async function read(): Promise<StreamedEvent | null> {
    const { done, value } = await results.next();
    if (done === true) return null;
    if (!value.data) throw new Error(JSON.stringify(value.errors));
    return value.data.events;
  }

  return {
    async next() {
      const event = await read();
      if (event === null) throw new Error('The stream has ended.');
      return event;
    },
    async rest() {
      const events: StreamedEvent[] = [];
      for (let event = await read(); event !== null; event = await read()) events.push(event);
      return events;
    },
    async [Symbol.asyncDispose]() {
      await client.dispose();
    },
  };
}
