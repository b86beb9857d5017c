import {
  type ExecutionArgs,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
} from 'graphql';
import type {
  ConnectionInitMessage,
  Context,
  ExecutionResult,
  ServerOptions,
  SubscribePayload,
} from 'graphql-ws';
import { abortable } from './abortable.ts';
import type { Caller } from './admission.ts';
import type { ChooseDocument } from './document-choice.ts';
import type { Engine } from './engine.ts';
import type { Mask } from './mask.ts';
import { publicExtensions, requestError } from './request-errors.ts';
import type { SocketSession } from './socket-session.ts';
import type { Yoga } from './yoga.ts';

/** What is known of a socket beside what graphql-ws keeps. */
export type SocketState = {
  /** What the handshake said, for clients that say nothing in `connectionParams`. */
  readonly authorization: string | null;
  readonly session: SocketSession;
};

type ConnectionParams = ConnectionInitMessage['payload'];
type SocketContext = Context<ConnectionParams, SocketState>;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * How operations run on a socket, for graphql-ws: parsed, validated and admitted as over HTTP, by the same
 * plugins, and then run by the engine alone, because the layers that yoga puts around each stream hold three
 * kilobytes of it. Whatever is wrong with an operation is answered by an `error` message for it alone: what
 * its neighbours on the socket stream goes on.
 */
export function socketOperations(options: {
  yoga: Yoga;
  engine: Engine;
  chooseDocument: ChooseDocument;
  maxOperations: number;
  mask: Mask;
}): ServerOptions<ConnectionParams, SocketState> {
  const { yoga, engine, chooseDocument, maxOperations, mask } = options;

  function onConnect({ extra, connectionParams }: SocketContext): Promise<boolean> {
    const authorization = authorizationIn(connectionParams) ?? extra.authorization;
    return extra.session.open({ authorization });
  }

  async function onSubscribe(context: SocketContext, id: string, payload: SubscribePayload) {
    // The new operation is among them already.
    if (Object.keys(context.subscriptions).length > maxOperations) {
      return [tooManyOperations(maxOperations)];
    }
    try {
      return await prepare(context.extra, id, payload);
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
  }

  async function prepare({ session }: SocketState, id: string, payload: SubscribePayload) {
    const principal = session.principal();
    if (principal === null) throw new Error('The socket is not acknowledged.');
    const controller = new AbortController();
    const caller: Caller = {
      principal,
      signal: controller.signal,
      method: 'WEBSOCKET',
      // Other ids are counted from 1 on every socket.
      operationKey: UUID.test(id) ? id : null,
    };
    const { operationName, variables } = payload;
    const query = chooseDocument(payload, principal) ?? '';
    const enveloped = yoga.getEnveloped({ caller, params: { query, operationName, variables } });
    const document = enveloped.parse(query);
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return errors;
    const args: ExecutionArgs = {
      schema: enveloped.schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      contextValue: await enveloped.contextFactory(),
    };
    return {
      ...args,
      execute: () => abortable(() => engine.execute(args), controller),
      subscribe: () => abortable(() => engine.subscribe(args), controller),
    } satisfies PreparedOperation;
  }

  return {
    onConnect,
    onSubscribe,
    // graphql-ws hands over the very object that onSubscribe returned.
    execute: (args) => (args as PreparedOperation).execute(),
    subscribe: (args) => (args as PreparedOperation).subscribe(),
    onNext: (_context, _id, _payload, _args, result) => toPublicResult(result, mask),
    onError: (_context, _id, _payload, errors) => errors.map((error) => toPublic(mask(error))),
  };
}

/**
 * Both come as generators, and at once: graphql-ws calls `return()` on a generator when its client completes
 * the operation or the socket is lost, and can do nothing about a promise.
 */
type PreparedOperation = ExecutionArgs & {
  execute(): AsyncGenerator<ExecutionResult>;
  subscribe(): AsyncGenerator<ExecutionResult>;
};

function authorizationIn(params: ConnectionParams): string | null {
  const value = params?.['authorization'] ?? params?.['Authorization'];
  return typeof value === 'string' ? value : null;
}

function tooManyOperations(maximum: number): GraphQLError {
  return requestError(
    'TOO_MANY_OPERATIONS',
    `A socket may have ${maximum} operations in flight: wait for one to complete, or complete it.`,
    { status: 429 },
  );
}

/**
 * A result as it is sent; nothing when it can be sent as it is, which is how graphql-ws wants to hear it.
 * What a result says beside its data and errors is meant for HTTP.
 */
function toPublicResult(result: ExecutionResult, mask: Mask): FormattedExecutionResult | undefined {
  const { data, errors, extensions } = result;
  if (errors === undefined && extensions === undefined) return undefined;
  return {
    ...(data === undefined ? {} : { data }),
    ...(errors === undefined ? {} : { errors: errors.map((error) => toPublic(mask(error))) }),
  };
}

function toPublic(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = error.toJSON();
  const kept = publicExtensions(extensions ?? {});
  return kept === undefined ? rest : { ...rest, extensions: kept };
}
