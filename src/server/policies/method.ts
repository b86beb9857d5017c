import type { GraphQLError } from 'graphql';
import { type Operation, selectsOnRoot } from '../operation.ts';
import { requestError } from '../request-errors.ts';

/** The fields that take a prompt. */
const GENERATING_FIELDS: ReadonlySet<string> = new Set(['generate', 'generateStream', 'preview']);

/**
 * Refuses to generate over GET: it would put the prompt into the URL, and with it into every log on the
 * way, and browsers, proxies and EventSource repeat a GET as they like.
 */
export function refuseGenerateOverGet(operation: Operation): GraphQLError | null {
  if (operation.method !== 'GET') return null;
  if (!selectsOnRoot(operation, GENERATING_FIELDS)) return null;
  return requestError(
    'METHOD_NOT_ALLOWED',
    'A prompt needs a POST request. With urql, create the client with preferGetMethod: false; with Apollo Client, leave useGETForQueries off.',
    { status: 405, headers: { Allow: 'POST' } },
  );
}
