import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { SUBSCRIPTION } from './subscription.ts';

type Input = { readonly prompt: string };

const RESULT = `__typename
  ... on Generation { id }
  ... on GenerationFailure { code message }`;

/** `generate` over HTTP, to its end. */
export async function generate(url: string, input: Input): Promise<void> {
  const query = `query($input: GenerateInput!) { answer: generate(input: $input) { ${RESULT} } }`;
  await post(url, query, { input });
}

/** `startGeneration` over HTTP; resolves with the id. */
export async function startGeneration(url: string, input: Input): Promise<string> {
  const query = `mutation($input: GenerateInput!) { answer: startGeneration(input: $input) { ${RESULT} } }`;
  const { id } = (await post(url, query, { input })) as { id: string };
  return id;
}

/** `cancelGeneration` over HTTP, to its end. */
export async function cancelGeneration(url: string, generationId: string): Promise<void> {
  const query = `mutation($input: CancelGenerationInput!) {
    answer: cancelGeneration(input: $input) { generation { status } }
  }`;
  await post(url, query, { input: { generationId } });
}

/** One subscription on a socket of its own, which closes with its end or when it is disposed of. */
export type Listener = AsyncDisposable & {
  /** Resolves with the first event. */
  ask(): Promise<void>;
  /** Resolves with a good end. */
  readonly ended: Promise<void>;
};

/** `generateStream` over WebSocket. */
export function openStream(url: string, input: Input): Listener {
  return open(url, SUBSCRIPTION, { input });
}

/** `resumeStream` over WebSocket, from the start. */
export function openGeneration(url: string, generationId: string): Listener {
  const query = `subscription($generationId: ID!) {
    resumeStream(generationId: $generationId) {
      __typename generationId seq
      ... on GenerationFailed { failure { code message } }
    }
  }`;
  return open(url, query, { generationId });
}

function open(url: string, query: string, variables: Record<string, unknown>): Listener {
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  let last = '';
  const next = (result: unknown) => {
    last = JSON.stringify(result);
    begun.resolve();
  };
  const error = (thrown: unknown) => {
    begun.reject(thrown);
    ended.reject(thrown);
  };
  const complete = () => {
    if (last.includes('GenerationFinished')) ended.resolve();
    else error(new Error(`It ended with ${last}`));
  };
  // Whoever leaves before the end does not wait for it.
  ended.promise.catch(() => {});
  return {
    ask() {
      client.subscribe({ query, variables }, { next, error, complete });
      return begun.promise;
    },
    ended: ended.promise,
    async [Symbol.asyncDispose]() {
      await client.dispose();
    },
  };
}

async function post(url: string, query: string, variables: object): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (response.status !== 200 || text.includes('"errors"') || text.includes('Failure')) {
    throw new Error(`HTTP ${response.status}: ${text.slice(0, 200)}`);
  }
  return JSON.parse(text).data.answer;
}
