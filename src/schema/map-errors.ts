import { GraphQLError, Kind } from 'graphql';
import { InvalidateUnavailable } from '../cache/invalidate.ts';
import { GatewayError } from '../domain/errors.ts';
import { RatingUnavailable } from '../generation/rate-generation.ts';
import { RolloutUnavailable } from '../rollout/port.ts';
import { ExperimentsUnavailable } from '../router/experiments/port.ts';
import { AuthenticationUnavailable } from '../tenancy/authentication.ts';
import { EraseUnavailable } from '../tenancy/erase.ts';
import { variableError } from './variable-errors.ts';

/** Something that the gateway leans on did not answer. */
const UNAVAILABLE = [
  RolloutUnavailable,
  ExperimentsUnavailable,
  EraseUnavailable,
  RatingUnavailable,
  InvalidateUnavailable,
  AuthenticationUnavailable,
];

export type MaskedError = {
  /** What the caller is told. */
  readonly error: GraphQLError;
  /** What was thrown and nobody foresaw, for the log alone; null when there is nothing to log. */
  readonly unforeseen: unknown;
};

/**
 * Whatever was thrown on the way of an operation, as the caller may see it.
 *
 * - A `GatewayError` keeps its message and carries `code`, `retryable` and `retryAfterMs` as extensions.
 * - What one of `UNAVAILABLE` says is UNAVAILABLE: the same operation may succeed when it is sent again.
 * - A `GraphQLError` that was raised on purpose, or says what is wrong with the caller's document, passes
 *   as it is; one that says what is wrong with its variables passes without their values.
 * - Everything else is a fault of the gateway: INTERNAL_SERVER_ERROR, with nothing of the original but the
 *   place in the document.
 */
export function maskError(thrown: unknown): MaskedError {
  const located = thrown instanceof GraphQLError ? thrown : null;
  const origin = located?.originalError ?? thrown;
  if (origin instanceof GatewayError) {
    return { error: fromGatewayError(origin, located), unforeseen: null };
  }
  if (isUnavailable(origin)) {
    return { error: fromUnavailable(origin, located), unforeseen: null };
  }
  if (located !== null && origin instanceof GraphQLError) {
    const error = fromGraphQLError(located);
    if (error !== null) return { error, unforeseen: null };
  }
  return { error: internalError(located), unforeseen: origin };
}

function isUnavailable(origin: unknown): origin is Error {
  return UNAVAILABLE.some((unavailable) => origin instanceof unavailable);
}

function fromGatewayError(error: GatewayError, located: GraphQLError | null): GraphQLError {
  const { code, retryable, retryAfterMs } = error;
  return new GraphQLError(error.message, {
    ...placeOf(located),
    extensions: { code, retryable, retryAfterMs },
  });
}

function fromUnavailable({ message }: Error, located: GraphQLError | null): GraphQLError {
  return new GraphQLError(message, {
    ...placeOf(located),
    // The status counts where nothing was executed, as over HTTP when nobody can tell who calls.
    extensions: { code: 'UNAVAILABLE', retryable: true, retryAfterMs: null, http: { status: 503 } },
  });
}

/**
 * Null for an error that the executor raised because a resolver broke the schema. It names no code, and
 * points at the field; where the caller is to blame it points at an argument's value, or has no path since
 * the execution did not begin.
 */
function fromGraphQLError(error: GraphQLError): GraphQLError | null {
  if (error.extensions['code'] !== undefined) return withoutOriginal(error);
  if (error.path === undefined) return variableError(error) ?? error;
  if (error.nodes === undefined || error.nodes.some(({ kind }) => kind === Kind.FIELD)) return null;
  return new GraphQLError(error.message, {
    ...placeOf(error),
    extensions: { ...error.extensions, code: 'BAD_USER_INPUT' },
  });
}

/**
 * yoga adds what its parser threw, which repeats a part of the body. It then answers 400 to every client, as the
 * audits of graphql-http have it for what is no JSON.
 */
function withoutOriginal(error: GraphQLError): GraphQLError {
  const { originalError, ...extensions } = error.extensions;
  if (originalError === undefined) return error;
  return new GraphQLError(error.message, { extensions: { ...extensions, http: { status: 400 } } });
}

function internalError(located: GraphQLError | null): GraphQLError {
  return new GraphQLError('Internal error.', {
    ...placeOf(located),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}

function placeOf(error: GraphQLError | null) {
  return { nodes: error?.nodes ?? null, path: error?.path ?? null };
}
