import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Clock } from '../domain/clock.ts';
import type { GraphContext, Services } from '../schema/context.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { ChooseDocument } from './document-choice.ts';
import type { Connection } from './http.ts';
import { lastingSession } from './lasting-session.ts';
import { chooseDefinition, type OperationMethod } from './operation.ts';
import { type Policy, refusalOf } from './policy.ts';
import { requestError, unauthenticated } from './request-errors.ts';

/** What a transport knows of an operation's caller before the operation is parsed. */
export type Caller = {
  readonly principal: Principal;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
  readonly method: OperationMethod;
  /** The same when the client sends the operation again; null when that cannot be told. */
  readonly operationKey: string | null;
};

type AdmissionContext = Partial<GraphContext> & {
  /** Of a request over HTTP. */
  connection?: Connection;
  caller?: Caller;
  document?: DocumentNode;
};

/**
 * Decides on every transport who calls, whether the operation may run, and what its resolvers see. The
 * context is built between validation and execution, and nothing runs without one: a refusal is thrown
 * there, and nothing of the operation has run.
 *
 * Over HTTP the caller is authenticated and the document chosen here. A socket's caller was authenticated when
 * it connected: its transport chooses the document, and puts `caller` into the context that it begins with. What
 * goes on ends when the session of its caller is over.
 */
export function useAdmission(options: {
  schema: GraphQLSchema;
  services: Services;
  authentication: Authentication;
  clock: Clock;
  chooseDocument: ChooseDocument;
  policies: readonly Policy[];
}): Plugin<AdmissionContext, AdmissionContext> {
  const { schema, services, authentication, chooseDocument, policies } = options;
  return {
    async onParams({ request, params, context, setParams, setResult }) {
      const credentials = { authorization: request.headers.get('authorization') };
      const session = await authentication.authenticate(credentials);
      if (session === null) return setResult({ errors: [unauthenticated()] });
      const query = chooseDocument(params, session.principal);
      // yoga tells a client that sends none, or what is none.
      if (query !== null) setParams({ ...params, query });
      const left = leftBy(request);
      const lasting = lastingSession(options, credentials, session, () => left.abort());
      context.connection?.onAnswered(lasting.end);
      context.caller = {
        principal: session.principal,
        signal: left.signal,
        method: request.method === 'GET' ? 'GET' : 'POST',
        operationKey: null,
      };
    },

    onParse: () => {
      return ({ result, extendContext }) => {
        if (result instanceof GraphQLError) result.extensions['code'] ??= 'GRAPHQL_PARSE_FAILED';
        else if (result !== null && !(result instanceof Error)) extendContext({ document: result });
      };
    },

    onContextBuilding({ context: { caller, document, params }, extendContext }) {
      if (caller === undefined || document === undefined) throw unauthenticated();
      const definition = chooseDefinition(document, params.operationName);
      if (definition === null) throw undecided();
      const variables = params.variables ?? {};
      const operation = { schema, document, definition, variables, method: caller.method };
      const refusal = refusalOf(policies, operation, caller.principal);
      if (refusal !== null) throw refusal;
      const { principal, signal, operationKey } = caller;
      extendContext({ principal, signal, operationKey, services } satisfies GraphContext);
    },
  };
}

function undecided(): GraphQLError {
  return requestError(
    'OPERATION_RESOLUTION_FAILURE',
    'The operation name does not choose one operation of the document.',
    { status: 400 },
  );
}

/**
 * Aborts when the caller leaves, by a signal of our own. The one on yoga's Request imitates an AbortSignal, and
 * once it went through AbortSignal.any it neither turns `aborted` nor calls its listeners.
 */
function leftBy({ signal }: Request): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller;
}
