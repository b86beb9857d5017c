import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createParser } from 'eventsource-parser';
import { Pool } from 'undici';

/**
 * The least that can stand between a client and a model: it takes a prompt as JSON, asks the model for a
 * stream, and answers with the text as JSON. No cache, no types, no log, no statistics.
 */
const upstream = new Pool(process.argv[2] ?? '');

async function answer(prompt: string): Promise<string> {
  const { body } = await upstream.request({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'bench',
      messages: [{ role: 'user', content: prompt }],
      stream: true,
      stream_options: { include_usage: true },
    }),
  });
  let text = '';
  const parser = createParser({
    onEvent: ({ data }) => {
      if (data !== '[DONE]') text += JSON.parse(data).choices[0]?.delta?.content ?? '';
    },
  });
  const decoder = new TextDecoder();
  for await (const bytes of body) parser.feed(decoder.decode(bytes, { stream: true }));
  return text;
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const text = await answer(JSON.parse(body).prompt);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ text }));
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
