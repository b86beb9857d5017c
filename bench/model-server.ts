import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, tokenAt } from './answer.ts';
import { type Span, sayWhenDue } from './pace.ts';

/**
 * A model server that answers at once: what is measured with it is what stands in front of it. A prompt that
 * begins with `hang` gets its first token and then nothing. One that begins with `wait` is answered when the
 * parent says what with; the parent then hears when it was.
 */
const TOKENS = 32;

const chunk = (fields: object) => `data: ${JSON.stringify({ model: 'bench', ...fields })}\n\n`;
const delta = (content: string) => chunk({ choices: [{ index: 0, delta: { content } }] });
const end = (tokens: number) =>
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
  chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: tokens } }) +
  'data: [DONE]\n\n';
const ANSWER =
  Array.from({ length: TOKENS }, (_, index) => delta(`token${index} `)).join('') + end(TOKENS);

let asked = Promise.withResolvers<ServerResponse>();

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (body.includes('"content":"hang')) {
    response.write(delta('one '));
  } else if (body.includes('"content":"wait')) {
    response.flushHeaders();
    asked.resolve(response);
  } else {
    response.end(ANSWER);
  }
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});

process.on('message', async (answer: Answer) => {
  const response = await asked.promise;
  asked = Promise.withResolvers();
  process.send?.(await say(response, answer));
});

async function say(response: ServerResponse, { tokens, everyMs }: Answer): Promise<Span> {
  const deltas = Array.from({ length: tokens }, (_, index) => delta(tokenAt(index)));
  const span = await sayWhenDue(
    deltas,
    deltas.map((_, index) => index * everyMs),
    (due) => response.write(due.join('')),
  );
  response.end(end(tokens));
  return span;
}
