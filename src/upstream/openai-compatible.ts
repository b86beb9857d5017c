import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { type Dispatcher, Pool } from 'undici';
import { type Clock, systemClock } from '../domain/clock.ts';
import { GatewayError } from '../domain/errors.ts';
import { type ChatCompletionReader, chatCompletionReader } from './chat-completion.ts';
import { chatRequest } from './chat-request.ts';
import { connectionFailure, httpFailure } from './http-failure.ts';
import type { Upstream, UpstreamCall, UpstreamPart } from './port.ts';
import type { MaxTokensField } from './presets.ts';
import { drain, readText, readTextLeniently } from './response-body.ts';
import { sseDecoder } from './sse.ts';

export type OpenAiCompatibleOptions = {
  /** For errors and health, such as `openai`. */
  readonly name: string;
  /** Up to and including the version, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Sent as a bearer token; null for a server that asks for none. */
  readonly apiKey: string | null;
  /** @default 'max_tokens' */
  readonly maxTokensField?: MaxTokensField;
  /**
   * How long to wait for the usage, and for the end of the stream, once the model has said that it is done.
   *
   * @default 1_000 // 1 second
   */
  readonly usageWaitMs?: number;
  /** Decides what a Retry-After date means. */
  readonly clock?: Clock;
};

const MAX_JSON_BYTES = 16 * 1024 * 1024;
const ERROR_BODY = { maxBytes: 64 * 1024, withinMs: 1_000 };
const DRAIN_MS = 1_000;

/**
 * A server that speaks OpenAI's chat completions, streamed: providers, vLLM, Ollama, llama.cpp. Connections
 * are kept alive and shared among calls. It retries nothing and has no deadlines: `resilience.ts` adds both.
 *
 * A server that answers with one whole JSON object, although a stream was asked for, is understood too.
 *
 * Disposing closes all connections; calls that still run fail with UPSTREAM_UNAVAILABLE.
 */
export function openAiCompatible(options: OpenAiCompatibleOptions): Upstream & AsyncDisposable {
  const { name, clock = systemClock, maxTokensField = 'max_tokens', usageWaitMs = 1_000 } = options;
  const url = new URL(`${options.baseUrl.replace(/\/+$/, '')}/chat/completions`);
  // undici's own timeouts measure other things than our deadlines do, and would win over them.
  const pool = new Pool(url.origin, { headersTimeout: 0, bodyTimeout: 0 });

  const post = (call: UpstreamCall, signal: AbortSignal): Promise<Dispatcher.ResponseData> =>
    pool.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'user-agent': 'sluice',
        ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
      },
      body: chatRequest(call, maxTokensField),
      signal,
    });

  return {
    name,
    async *stream(call, signal) {
      signal.throwIfAborted();
      const answer = chatCompletionReader(name);
      try {
        const response = await post(call, signal);
        const { body } = response;
        // Whoever reads the body hears of its errors; one that comes when nobody reads has no meaning.
        body.on('error', () => {});
        if (await isEventStream(name, response, clock)) {
          for await (const part of streamed(body, answer, usageWaitMs)) {
            signal.throwIfAborted();
            yield part;
          }
        } else {
          yield* answer.read(await wholeJson(name, body));
        }
        signal.throwIfAborted();
      } catch (error) {
        signal.throwIfAborted();
        throw error instanceof GatewayError ? error : connectionFailure(name, error);
      }
      yield answer.finish();
    },
    async [Symbol.asyncDispose]() {
      await pool.destroy();
    },
  };
}

/** False for one JSON object. Throws what any other answer means. */
async function isEventStream(
  upstream: string,
  response: Dispatcher.ResponseData,
  clock: Clock,
): Promise<boolean> {
  const { statusCode: status, headers, body } = response;
  if (status < 200 || status > 299) {
    const text = await readTextLeniently(body, ERROR_BODY);
    throw httpFailure(upstream, { status, headers, body: text }, clock.now());
  }
  const mediaType = mediaTypeOf(headers);
  if (mediaType === 'application/json') return false;
  // A server that does not say what it sends is judged by what it sends.
  if (mediaType === 'text/event-stream' || mediaType === '') return true;
  body.destroy();
  throw new GatewayError(
    'UPSTREAM_PROTOCOL',
    `The upstream ${upstream} answered with ${mediaType}, not with an event stream: is its base URL right?`,
  );
}

function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * The texts of an event stream. It returns when no more will come, which is also when the stream breaks
 * or falls silent after the model said that it is done: the answer is whole, only its usage is not known.
 */
async function* streamed(
  body: Readable,
  answer: ChatCompletionReader,
  usageWaitMs: number,
): AsyncGenerator<UpstreamPart, void> {
  const decoder = sseDecoder();
  let usageTimer: NodeJS.Timeout | undefined;
  try {
    // The iterator must not destroy the body when it is left after [DONE]: the connection is still good.
    for await (const bytes of body.iterator({ destroyOnReturn: false })) {
      for (const data of decoder.push(bytes)) yield* answer.read(data);
      if (answer.done) return drain(body, DRAIN_MS);
      if (answer.finished) usageTimer ??= setTimeout(() => body.destroy(), usageWaitMs);
    }
    for (const data of decoder.end()) yield* answer.read(data);
  } catch (error) {
    if (error instanceof GatewayError || !answer.finished) throw error;
  } finally {
    clearTimeout(usageTimer);
    if (!answer.done) body.destroy();
  }
}

async function wholeJson(upstream: string, body: Readable): Promise<string> {
  const text = await readText(body, MAX_JSON_BYTES);
  if (text !== null) return text;
  const message = `The upstream ${upstream} sent an answer of more than ${MAX_JSON_BYTES} bytes.`;
  throw new GatewayError('UPSTREAM_PROTOCOL', message);
}
