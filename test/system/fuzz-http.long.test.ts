import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { casesOf, fuzz, fuzzTimeout, isWholeRun, watchFaults } from '../support/fuzz.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { writeKeysFile } from '../support/keys-file.ts';
import { type OddRequest, oddHttpBytes, oddRequest } from '../support/odd-requests.ts';
import { KNOWN_ID } from '../support/random-document.ts';
import { withKey } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

const CASES = 450;
const KEY = 'key-of-acme-0123456789';
const CASES_OF_BYTES = 100;

describe('whatever comes by HTTP', { timeout: fuzzTimeout }, () => {
  it(`is answered, and by no fault of the gateway: ${casesOf(CASES)}`, async () => {
    await using keys = await writeKeysFile({
      keys: [{ tenant: 'acme', key: KEY, operator: true }],
    });
    await using gateway = await startGateway({
      API_KEYS_FILE: keys.path,
      TRUSTED_PROXIES: '1',
      INTROSPECTION_ENABLED: 'false',
    });
    const caller = withKey(gateway, KEY);
    const faults = watchFaults(gateway.logs);
    const codes = new Set<string>();
    const statuses = new Set<number>();
    let knownId = KNOWN_ID;
    let heard = 0;

    async function again() {
      knownId = (await askForAnswer(caller, { prompt: `Question ${heard++}` })).id;
    }

    gateway.upstream.answersAll(() => say('still there'));
    await again();
    await fuzz(oddRequest, { cases: CASES, again }, async (odd) => {
      const { status, text } = await send(gateway, withId(odd, knownId));
      expect(status).not.toBe(500);
      expect(text).not.toMatch(INTERNAL);
      expect(faults()).toEqual([]);
      statuses.add(status);
      for (const [, code = ''] of text.matchAll(/"code":"(\w+)"/g)) codes.add(code);
    });

    if (!isWholeRun) return;
    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 403, 404, 405, 415]));
    expect([...codes]).toEqual(expect.arrayContaining(CODES));
  });

  it(`may be no HTTP at all: ${casesOf(CASES_OF_BYTES)}`, async () => {
    await using gateway = await startGateway();
    const faults = watchFaults(gateway.logs);
    gateway.upstream.answersAll(() => say('still there'));
    let heard = 0;
    const again = async () => {
      await askForAnswer(gateway, { prompt: `Question ${heard++}` });
    };
    await fuzz(oddHttpBytes, { cases: CASES_OF_BYTES, again }, async (bytes) => {
      expect(await sendBytes(gateway, bytes)).not.toMatch(INTERNAL);
      expect(faults()).toEqual([]);
    });
  });
});

/** Codes of what nobody foresaw. */
const INTERNAL = /"code":"INTERNAL/;

/** What cases are to lead to if they are to prove anything. */
const CODES = [
  ...['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST'],
  ...['OPERATION_RESOLUTION_FAILURE', 'OPERATION_TOO_COMPLEX', 'UNAUTHENTICATED'],
  ...['UNSUPPORTED_MEDIA_TYPE', 'FORBIDDEN_ORIGIN'],
];

function withId({ target, body, ...odd }: OddRequest, id: string): OddRequest {
  const named = (piece: Uint8Array) =>
    Buffer.from(Buffer.from(piece).toString('latin1').replaceAll(KNOWN_ID, id), 'latin1');
  return { ...odd, target: target.replaceAll(KNOWN_ID, id), body: body.map(named) };
}

/** The answer; of a stream that goes on, what comes until its first event. */
async function send({ origin }: Gateway, { method, target, headers, body }: OddRequest) {
  const sent = request(origin, {
    method,
    headers: { authorization: `Bearer ${KEY}`, ...headers },
    // None is left open from the request before.
    agent: false,
    path: target,
  });
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
  for (const piece of body) sent.write(piece);
  sent.end();
  const [response] = await answered;
  // A server that refuses a request may close the connection before it has read all of it.
  sent.on('error', () => {});
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (/^event: next\n/m.test(text)) break;
  }
  return { status: response.statusCode ?? 0, text };
}

/** All that comes back until the server closes the connection. */
async function sendBytes({ origin }: Gateway, bytes: Uint8Array): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.end(bytes);
  let text = '';
  try {
    for await (const chunk of socket) text += String(chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
  return text;
}
