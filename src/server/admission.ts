import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GraphContext, Services } from '../schema/context.ts';
import type { Authentication } from '../tenancy/authentication.ts';
import type { Principal } from '../tenancy/principal.ts';
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

type AdmissionContext = Partial<GraphContext> & { caller?: Caller; document?: DocumentNode };

/**
 * Decides on every transport who calls, whether the operation may run, and what its resolvers see. The
 * context is built between validation and execution, and nothing runs without one: a refusal is thrown
 * there, and nothing of the operation has run.
 *
 * Over HTTP the caller is authenticated here. A socket's caller was when it connected: its transport puts
 * `caller` into the context that it begins with.
 */
export function useAdmission(options: {
  schema: GraphQLSchema;
  services: Services;
  authentication: Authentication;
  policies: readonly Policy[];
}): Plugin<AdmissionContext, AdmissionContext> {
  const { schema, services, authentication, policies } = options;
  return {
    async onParams({ request, context, setResult }) {
      const authorization = request.headers.get('authorization');
      const session = await authentication.authenticate({ authorization });
      if (session === null) return setResult({ errors: [unauthenticated()] });
      context.caller = {
        principal: session.principal,
        signal: signalOf(request),
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
 * A signal of our own that follows the request's. The one on yoga's Request imitates an AbortSignal, and
 * once it went through AbortSignal.any it neither turns `aborted` nor calls its listeners.
 */
function signalOf({ signal }: Request): AbortSignal {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
