import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { requestError } from './request-errors.ts';

/**
 * How HTTP carries an operation: as JSON in the body of a POST, or in the query of a GET.
 *
 * yoga would take forms and bare documents too. Those are what a page of another origin can send without being asked
 * (Fetch, section 2.2.2: a CORS-safelisted request header), and no client of GraphQL needs them.
 */
export function useRequestForm(): Plugin {
  return {
    onRequestParse({ request, requestParser, setRequestParser }) {
      if (request.method === 'GET') return setRequestParser(({ url }) => readQuery(url));
      if (request.method !== 'POST') return;
      if (requestParser === undefined || !isJson(request)) throw unsupportedMediaType();
    },
  };
}

function isJson({ headers }: Request): boolean {
  return headers.get('content-type')?.split(';', 1)[0]?.trim() === 'application/json';
}

function readQuery(url: string): GraphQLParams {
  const question = url.indexOf('?');
  const query = new URLSearchParams(question === -1 ? '' : url.slice(question));
  const text = (name: string) => query.get(name) || undefined;
  const json = (name: string) => parameter(name, text(name));
  const params = {
    operationName: text('operationName'),
    query: text('query'),
    documentId: text('documentId'),
    variables: json('variables'),
    extensions: json('extensions'),
  };
  return params as GraphQLParams;
}

function parameter(name: string, text: string | undefined) {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw requestError('BAD_REQUEST', `The parameter ${name} is no JSON.`, {
      status: 400,
      spec: true,
    });
  }
}

function unsupportedMediaType() {
  return requestError(
    'UNSUPPORTED_MEDIA_TYPE',
    'An operation comes as JSON: send it with Content-Type: application/json.',
    { status: 415, headers: { 'Accept-Post': 'application/json' } },
  );
}
