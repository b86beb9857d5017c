import { connect } from './raw-socket.ts';
import type { Addressed } from './transports.ts';

/** One try to have something run, by whatever a client may send. */
export type Attempt = {
  /** The body of the request, or the payload of the message. */
  readonly payload: unknown;
  readonly authorization?: string;
  /** Of the HTTP request, or of the handshake. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By GET the payload goes into the query of the address. */
  readonly method?: 'GET';
};

export type Outcome = {
  /** RAN, or what the first error is called; HTTP 403 or CLOSED 4401 where there is nothing to read. */
  readonly outcome: string;
  /** All that came back. */
  readonly said: string;
};

/** A transport, as somebody uses it who does not keep to the rules of a client. */
export type Way = {
  readonly name: WayName;
  attempt(server: Addressed, attempt: Attempt): Promise<Outcome>;
};

export type WayName = 'HTTP' | 'server-sent events' | 'WebSocket';

type Result = { readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[] };

export const ways: readonly Way[] = [
  { name: 'HTTP', attempt: overHttp('application/graphql-response+json') },
  { name: 'server-sent events', attempt: overHttp('text/event-stream') },
  { name: 'WebSocket', attempt: overWebSocket },
];

function overHttp(accept: string): Way['attempt'] {
  return async ({ url }, { payload, authorization, headers, method }) => {
    const init = {
      headers: {
        accept,
        ...(authorization !== undefined && { authorization }),
        ...(method === undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    };
    const response =
      method === 'GET'
        ? await fetch(`${url}?${queryOf(payload)}`, init)
        : await fetch(url, { ...init, method: 'POST', body: JSON.stringify(payload) });
    const said = await response.text();
    const [result] = resultsIn(said);
    return { outcome: result ? outcomeOf(result) : `HTTP ${response.status}`, said };
  };
}

function queryOf(payload: unknown): URLSearchParams {
  return new URLSearchParams(
    Object.entries(payload as object).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** Of a body of JSON, or of a stream of events. */
function resultsIn(body: string): Result[] {
  if (body.startsWith('{')) return [JSON.parse(body)];
  return [...body.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, data = '']) => JSON.parse(data));
}

async function overWebSocket(
  { wsUrl }: Addressed,
  { payload, authorization, headers = {} }: Attempt,
): Promise<Outcome> {
  try {
    using socket = await connect(wsUrl, {
      headers,
      ...(authorization !== undefined && { params: { authorization } }),
    });
    socket.send({ id: '1', type: 'subscribe', payload });
    const { type, payload: answer } = await socket.next();
    const result = type === 'error' ? { errors: answer } : answer;
    return { outcome: outcomeOf(result as Result), said: JSON.stringify(answer) };
  } catch (error) {
    return { outcome: endOf(error as Error), said: '' };
  }
}

function outcomeOf({ errors }: Result): string {
  return errors === undefined ? 'RAN' : (errors[0]?.extensions?.code ?? 'no code');
}

/** A handshake that was refused, or a socket that was closed instead of an answer. */
function endOf(error: Error): string {
  const [, status] = /^Unexpected server response: (\d+)$/.exec(error.message) ?? [];
  const [, code] = /^The socket closed with (\d+)/.exec(error.message) ?? [];
  if (status !== undefined) return `HTTP ${status}`;
  if (code !== undefined) return `CLOSED ${code}`;
  throw error;
}
