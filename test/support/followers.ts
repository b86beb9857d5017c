import { setTimeout } from 'node:timers/promises';
import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, type ExecutionResult, subscriptionExchange } from '@urql/core';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { createClient as createEventClient } from 'graphql-sse';
import type { ClientOptions } from 'graphql-ws';
import { EventSource } from 'undici';
import {
  type Answer,
  ASK,
  ask,
  fold,
  type GenerationEvent,
  NOTHING_YET,
  RESUME,
} from '../../docs/follow-generation.ts';
import { connectClient } from './gateway-clients.ts';
import { type Addressed, post } from './transports.ts';

type Input = { readonly prompt: string };
type Streamed = { event: GenerationEvent };

/**
 * Follows an answer to its end as docs/clients.md says, and comes back by itself when it loses the
 * connection. `tell` hears of the answer after each event.
 */
export type Follower = (
  server: Addressed,
  input: Input,
  tell: (answer: Answer) => void,
) => Promise<void>;

const RETRY_MS = 20;

/** As the docs say, but for the wait, which is short here. */
export const comesBack = {
  retryAttempts: 1_000,
  shouldRetry: () => true,
  retryWait: () => setTimeout(RETRY_MS),
} satisfies Partial<ClientOptions>;

/** Those that send their operation again when they are back. */
export const resenders: Readonly<Record<string, Follower>> = {
  async 'the client of graphql-ws'(server, input, tell) {
    await using client = connectClient(server, comesBack);
    const hear = folding(tell);
    const results = client.iterate<Streamed>({ query: ASK, variables: { input } });
    for await (const { data } of results) hear(data?.event);
  },

  async 'Apollo Client'(server, input, tell) {
    await using socket = connectClient(server, comesBack);
    const apollo = new ApolloClient({
      cache: new InMemoryCache(),
      link: new GraphQLWsLink(socket),
    });
    const hear = folding(tell);
    const results = apollo.subscribe<Streamed>({
      query: gql(ASK),
      variables: { input },
      fetchPolicy: 'no-cache',
    });
    await new Promise<void>((resolve, reject) => {
      results.subscribe({
        next: ({ data, error }) => (error === undefined ? hear(data?.event) : reject(error)),
        complete: resolve,
      });
    });
    apollo.stop();
  },

  async urql(server, input, tell) {
    await using socket = connectClient(server, comesBack);
    const urql = new Client({
      url: server.url,
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe(
                { query, variables: { ...variables } },
                // The two libraries spell one type in two ways.
                { ...sink, next: (result) => sink.next(result as ExecutionResult) },
              ),
            }),
          }),
        }),
      ],
    });
    const hear = folding(tell);
    await new Promise<void>((resolve, reject) => {
      urql.subscription<Streamed>(ASK, { input }).subscribe(({ data, error }) => {
        if (error !== undefined) return reject(error);
        if (hear(data?.event).end !== null) resolve();
      });
    });
  },

  async 'the helper, on graphql-ws with retries'(server, input, tell) {
    await using client = connectClient(server, comesBack);
    for await (const answer of ask(client, input)) tell(answer);
  },

  async 'the client of graphql-sse'(server, input, tell) {
    const retry = () => setTimeout(RETRY_MS);
    const client = createEventClient({ url: server.url, retryAttempts: 1_000, retry });
    const hear = folding(tell);
    const variables = { input: withKey(input) };
    const results = client.iterate<Streamed>({ query: ASK, variables });
    for await (const { data } of results) hear(data?.event);
    client.dispose();
  },

  async 'fetch, with afterSeq'(server, input, tell) {
    const variables = { input: withKey(input), afterSeq: -1 };
    const hear = folding((answer) => {
      // A later generation counts its events anew.
      variables.afterSeq = answer.seq;
      tell(answer);
    });
    for (let ended = false; !ended; ) {
      try {
        for await (const event of eventsOf(server, variables)) ended = hear(event).end !== null;
      } catch {
        await setTimeout(RETRY_MS);
      }
    }
  },
};

/** Those that attach by the id of the generation when they are back, and never ask again. */
export const resumers: Readonly<Record<string, Follower>> = {
  async 'the helper, on graphql-ws without retries'(server, input, tell) {
    await using client = connectClient(server, { retryAttempts: 0 });
    for await (const answer of ask(client, input)) tell(answer);
  },

  async 'the helper, on graphql-sse without retries'(server, input, tell) {
    const client = createEventClient({ url: server.url, retryAttempts: 0 });
    for await (const answer of ask(client, input)) tell(answer);
    client.dispose();
  },

  async 'EventSource, after startGeneration'(server, input, tell) {
    const generationId = await start(server, input);
    const parameters = { query: RESUME, variables: JSON.stringify({ generationId }) };
    const url = `${server.url}?${new URLSearchParams(parameters)}`;
    const source = new EventSource(url, { node: { reconnectionTime: RETRY_MS } });
    const hear = folding(tell);
    source.addEventListener('next', (message) => {
      hear(JSON.parse((message as MessageEvent<string>).data).data.event);
    });
    await new Promise((resolve) => source.addEventListener('complete', resolve));
    source.close();
  },
};

function folding(tell: (answer: Answer) => void) {
  let answer = NOTHING_YET;
  return (event: GenerationEvent | undefined): Answer => {
    if (event === undefined) throw new Error('A result without an event.');
    answer = fold(answer, event);
    tell(answer);
    return answer;
  };
}

function withKey(input: Input) {
  return { ...input, idempotencyKey: crypto.randomUUID() };
}

async function start(server: Addressed, input: Input): Promise<string> {
  const query = `mutation Start($input: GenerateInput!) {
    startGeneration(input: $input) { ... on Generation { id } }
  }`;
  const { data } = await (await post(server, { query, variables: { input } })).json();
  return data.startGeneration.id;
}

async function* eventsOf(
  server: Addressed,
  variables: { input: Input; afterSeq: number },
): AsyncGenerator<GenerationEvent> {
  const accept = 'text/event-stream';
  const { body } = await post(server, { query: ASK, variables }, { accept });
  const messages = body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of messages ?? []) {
    if (event === 'next') yield JSON.parse(data).data.event;
  }
}
