import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';

/** Codes of the errors with which a transport answers an operation that it does not run. */
export type RequestErrorCode =
  | 'UNAUTHENTICATED'
  | 'BAD_REQUEST'
  | 'FORBIDDEN_ORIGIN'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'REQUEST_ENTITY_TOO_LARGE'
  | 'DOCUMENT_NOT_FOUND'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'OPERATION_TOO_COMPLEX'
  | 'OPERATION_TOO_DEEP'
  | 'INTROSPECTION_DISABLED'
  | 'TOO_MANY_CONNECTIONS'
  | 'TOO_MANY_OPERATIONS';

/**
 * An operation that is not run, and why. `http` is for yoga, which takes it out of what it sends; on a
 * WebSocket `withoutInternals` does. With `spec`, a client that accepts only `application/json` gets a 200,
 * as the GraphQL-over-HTTP specification has it for errors of the request itself.
 *
 * @param message says what the client should change
 */
export function requestError(
  code: RequestErrorCode,
  message: string,
  http: { status: number; spec?: boolean; headers?: Readonly<Record<string, string>> },
): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http } });
}

/** RFC 9110, section 15.5.2: a 401 names the scheme to authenticate by. */
export function unauthenticated(): GraphQLError {
  return requestError('UNAUTHENTICATED', 'The credentials are missing or not valid.', {
    status: 401,
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

/** The extensions of an error as a client may see them: without yoga's notes to itself. */
export function publicExtensions(
  extensions: GraphQLErrorExtensions,
): GraphQLErrorExtensions | undefined {
  const { http: _http, unexpected: _unexpected, ...rest } = extensions;
  return Object.keys(rest).length === 0 ? undefined : rest;
}
