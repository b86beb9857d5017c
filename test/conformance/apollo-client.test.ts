import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type StreamedEvent, textOf } from '../support/ask.ts';
import type { Gateway } from '../support/gateway.ts';
import { connectClient, startAnsweringGateway } from '../support/gateway-clients.ts';
import { ASK, FOLLOW, input } from '../support/operations.ts';

const variables = { input };

describe('Apollo Client, with subscriptions over WebSocket and the rest over HTTP', () => {
  it('asks a query', async () => {
    await using gateway = await startAnsweringGateway();
    await using apollo = connect(gateway);
    const { data } = await apollo.client.query({ query: gql(ASK), variables });
    expect(data).toMatchObject({ generate: { __typename: 'Generation', text: 'It is Paris.' } });
  });

  it('asks a mutation', async () => {
    await using gateway = await startAnsweringGateway();
    await using apollo = connect(gateway);
    const mutation = gql(ASK.replace('query', 'mutation'));
    const { data } = await apollo.client.mutate({ mutation, variables });
    expect(data).toMatchObject({ generate: { text: 'It is Paris.' } });
  });

  it('follows a stream to its end', async () => {
    await using gateway = await startAnsweringGateway();
    await using apollo = connect(gateway);
    const events: StreamedEvent[] = [];
    await new Promise<void>((resolve, reject) => {
      apollo.client
        .subscribe<{ generateStream: StreamedEvent }>({
          query: gql(FOLLOW),
          variables,
          // The normalised cache has no use for events, and takes three times as long.
          fetchPolicy: 'no-cache',
        })
        .subscribe({
          next: ({ data, error }) => {
            if (error !== undefined) reject(error);
            if (data != null) events.push(data.generateStream);
          },
          error: reject,
          complete: resolve,
        });
    });
    expect(textOf(events)).toBe('It is Paris.');
  });

  it('is told the code of what is wrong with an operation', async () => {
    await using gateway = await startAnsweringGateway();
    await using apollo = connect(gateway);
    const error = await apollo.client
      .query({ query: gql('{ nothing }') })
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CombinedGraphQLErrors);
    expect(error.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});

/** Without them the cache drops what fragments on a union or an interface select. */
const possibleTypes = { GenerateResult: ['Generation', 'GenerationFailure'] };

function connect(gateway: Gateway) {
  const socket = connectClient(gateway);
  const client = new ApolloClient({
    cache: new InMemoryCache({ possibleTypes }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: gateway.url }),
    ),
  });
  return {
    client,
    async [Symbol.asyncDispose]() {
      client.stop();
      await socket.dispose();
    },
  };
}
