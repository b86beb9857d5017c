import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, type ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange, makeOperation, mapExchange, type Operation } from '@urql/core';
import { type DocumentNode, Kind, print } from 'graphql';
import { createClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAdapters } from '../../src/adapters.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { collect } from '../support/collect.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { connectClient } from '../support/gateway-clients.ts';
import { ASK, FOLLOW, HEALTH, input } from '../support/operations.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { post } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

const variables = { input };

/** As its build tools see the documents of an Apollo Client, which asks for every type. */
const apolloText = (text: string) => print(new InMemoryCache().transformDocument(gql(text)));

const documents = {
  ask: ASK,
  follow: FOLLOW,
  health: HEALTH,
  [sha256(apolloText(HEALTH))]: apolloText(HEALTH),
  [sha256(apolloText(FOLLOW))]: apolloText(FOLLOW),
};

let folder: string;
let gateway: Gateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-documents-'));
  // On loopback everyone is an operator, who may run any document.
  gateway = await startGateway({
    HOST: '0.0.0.0',
    ALLOW_OPEN: 'true',
    TRUSTED_DOCUMENTS_FILE: await write('documents.json', documents),
  });
  gateway.upstream.answersAll(() => say('It is Paris.'));
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

describe('a document that is listed', () => {
  it.each([
    true,
    false,
  ])('is run by its id for urql, with preferGetMethod %s', async (preferGet) => {
    const { data } = await urql('health', preferGet).query(HEALTH, {});
    expect(data).toMatchObject({ health: { status: expect.any(String) } });
  });

  it('is run by its id for urql when it generates, by POST alone', async () => {
    const { data } = await urql('ask', false).query(ASK, variables);
    expect(data).toMatchObject({ generate: answer });
    const { error } = await urql('ask', true).query(ASK, variables);
    expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'METHOD_NOT_ALLOWED' } }]);
  });

  it.each([true, false])('is run by its hash for Apollo Client, by GET: %s', async (byGet) => {
    const hashed = new PersistedQueryLink({ sha256, useGETForHashedQueries: byGet });
    await using apollo = connect(hashed.concat(new HttpLink({ uri: gateway.url })));
    const { data } = await apollo.client.query({ query: gql(HEALTH) });
    expect(data).toMatchObject({ health: { status: expect.any(String) } });
  });

  it('is run by its text for Apollo Client, which sends no other over WebSocket', async () => {
    await using socket = connectClient(gateway);
    await using apollo = connect(new GraphQLWsLink(socket));
    const subscription = { query: gql(FOLLOW), variables, fetchPolicy: 'no-cache' as const };
    const types: string[] = [];
    await new Promise<void>((resolve, reject) => {
      apollo.client.subscribe<{ generateStream: { __typename: string } }>(subscription).subscribe({
        next: ({ data, error }) => {
          if (error !== undefined) reject(error);
          else types.push(data?.generateStream.__typename ?? 'nothing');
        },
        complete: resolve,
      });
    });
    expect(types.at(-1)).toBe('GenerationFinished');
  });

  it.each([
    ['documentId', { documentId: 'follow' }],
    ['persistedQuery', { persistedQuery: { version: 1, sha256Hash: sha256(FOLLOW) } }],
  ])('is run by %s among the extensions for graphql-ws and graphql-sse', async (_name, extensions) => {
    await using socket = connectClient(gateway);
    const events = createClient({ url: gateway.url });
    for (const client of [socket, events]) {
      const results = await collect<unknown>(client.iterate({ query: '', variables, extensions }));
      expect(results.at(-1)).toMatchObject({
        data: { generateStream: { __typename: 'GenerationFinished' } },
      });
    }
    events.dispose();
  });
});

describe('a document that is not listed', () => {
  it('is refused to Apollo Client, which does not send its text after it', async () => {
    const before = gateway.upstream.calls.length;
    const http = new HttpLink({ uri: gateway.url });
    await using apollo = connect(new PersistedQueryLink({ sha256 }).concat(http));
    const error = await apollo.client
      .query({ query: gql(ASK.replace('cached', 'status')), variables })
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(CombinedGraphQLErrors);
    expect(error.errors).toMatchObject([{ extensions: { code: 'DOCUMENT_NOT_FOUND' } }]);
    expect(gateway.upstream.calls).toHaveLength(before);
  });

  it('is refused with 400, or with 200 where the client takes errors in no other way', async () => {
    for (const operation of [{ query: '{ healthy }' }, { query: '', documentId: 'unlisted' }]) {
      const accept = 'application/graphql-response+json';
      expect((await post(gateway, operation, { accept })).status).toBe(400);
      const response = await post(gateway, operation, { accept: 'application/json' });
      expect(response.status).toBe(200);
      expect(await response.text()).not.toMatch(/health|locations/);
    }
  });
});

describe('a start with a file that is not good', () => {
  it('fails with all that is wrong', async () => {
    const file = await write('wrong.json', { first: '{ healthy }', second: '{' });
    const config = loadConfig({ LLM_PROVIDER: 'demo', TRUSTED_DOCUMENTS_FILE: file });
    const error = await openAdapters(config, recordLogs().logger).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.problems).toHaveLength(2);
  });
});

const answer = { __typename: 'Generation', text: 'It is Paris.' };

/** As its client sends what graphql-codegen took the text out of. */
function urql(documentId: string, preferGetMethod: boolean): Client {
  const withoutText: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };
  const query = Object.assign(withoutText, { documentId });
  const onOperation = (operation: Operation) =>
    makeOperation(operation.kind, { ...operation, query }, operation.context);
  return new Client({
    url: gateway.url,
    exchanges: [mapExchange({ onOperation }), fetchExchange],
    preferGetMethod,
  });
}

function connect(link: ApolloLink) {
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  return { client, [Symbol.asyncDispose]: async () => client.stop() };
}

async function write(name: string, content: object): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, JSON.stringify(content));
  return file;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
