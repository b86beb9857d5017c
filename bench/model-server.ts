import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A model server that answers at once: what is measured with it is what stands in front of it. A prompt that
 * begins with `hang` gets its first token and then nothing.
 */
const TOKENS = 32;

const chunk = (fields: object) => `data: ${JSON.stringify({ model: 'bench', ...fields })}\n\n`;
const delta = (content: string) => chunk({ choices: [{ index: 0, delta: { content } }] });
const ANSWER = [
  ...Array.from({ length: TOKENS }, (_, index) => delta(`token${index} `)),
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
  chunk({ choices: [], usage: { prompt_tokens: 10, completion_tokens: TOKENS } }),
  'data: [DONE]\n\n',
].join('');

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (body.includes('"content":"hang')) response.write(delta('one '));
  else response.end(ANSWER);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
