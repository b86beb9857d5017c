import { Pool } from 'undici';
import type { Encoder } from '../cache/semantic/encoder.ts';
import { type Clock, systemClock } from '../domain/clock.ts';
import { GatewayError } from '../domain/errors.ts';
import { connectionFailure, httpFailure } from '../upstream/http-failure.ts';
import { readText, readTextLeniently } from '../upstream/response-body.ts';
import { batchedCalls } from './batched-calls.ts';
import { readVectors } from './embeddings-response.ts';

export type OpenAiEncoderOptions = {
  /** Up to and including the version, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Sent as a bearer token; null for a server that asks for none. */
  readonly apiKey: string | null;
  readonly model: string;
  /**
   * Asks the server for vectors of this length, which only some models can make.
   *
   * @default null // as long as the model makes them
   */
  readonly dimensions?: number | null;
  /** Decides what a Retry-After date means. */
  readonly clock?: Clock;
};

/** In errors. */
const NAME = 'encoder';
/** OpenAI takes 8,192 tokens a text, and hardly a text has more tokens than characters. */
const MOST_CHARACTERS = 8_000;
const MOST_INPUTS = 256;
const MOST_BYTES = 64 * 1024 * 1024;
const ERROR_BODY = { maxBytes: 64 * 1024, withinMs: 1_000 };

/**
 * An encoder behind OpenAI's `/embeddings`, which providers, vLLM, Ollama and others have as well. Of a longer text it
 * reads the first 8,000 characters. Calls of one turn of the event loop go together in one request; when the server
 * refuses that, each is sent alone, so that a text which it does not take spoils no other. It retries nothing else.
 *
 * Errors are GatewayErrors with an UPSTREAM_* code.
 *
 * Without `dimensions` it sends a request to learn how long vectors are: it rejects when that fails, and with `signal`'s
 * reason. Disposing closes all connections.
 */
export async function openOpenAiEncoder(
  options: OpenAiEncoderOptions,
  signal: AbortSignal,
): Promise<Encoder> {
  const { model } = options;
  const url = new URL(`${options.baseUrl.replace(/\/+$/, '')}/embeddings`);
  const pool = new Pool(url.origin, { headersTimeout: 0, bodyTimeout: 0 });
  const post = poster(options, url, pool);
  let dimensions = options.dimensions ?? null;

  async function encodeAll(texts: readonly string[], until: AbortSignal) {
    return readVectors(NAME, await post(texts, until), texts.length, dimensions);
  }

  if (dimensions === null) {
    try {
      const [vector] = await encodeAll(['dimensions'], signal);
      dimensions = vector?.length ?? 0;
    } catch (error) {
      await pool.destroy();
      throw error;
    }
  }

  const encode = batchedCalls({
    most: MOST_INPUTS,
    send: encodeAll,
    mayBeOfOne: (error) => error instanceof InputsRefused,
  });
  return {
    id: `${url.host}/${model}/${dimensions}`,
    dimensions,
    encode: (text, until) => encode(text.slice(0, MOST_CHARACTERS), until),
    async [Symbol.asyncDispose]() {
      await pool.destroy();
    },
  };
}

/** The server does not take a text: bad request, content too large, not processable. */
const OF_AN_INPUT = new Set([400, 413, 422]);

class InputsRefused extends GatewayError {}

/** Resolves to the response's body. */
function poster(
  { apiKey, model, dimensions = null, clock = systemClock }: OpenAiEncoderOptions,
  url: URL,
  pool: Pool,
) {
  async function post(input: readonly string[], signal: AbortSignal): Promise<string> {
    const response = await pool.request({
      method: 'POST',
      path: `${url.pathname}${url.search}`,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'sluice',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input, ...(dimensions === null ? {} : { dimensions }) }),
      signal,
    });
    const { statusCode: status, headers, body } = response;
    if (status >= 200 && status <= 299) return (await readText(body, MOST_BYTES)) ?? '';
    const text = await readTextLeniently(body, ERROR_BODY);
    const failure = httpFailure(NAME, { status, headers, body: text }, clock.now());
    throw OF_AN_INPUT.has(status) ? new InputsRefused(failure.code, failure.message) : failure;
  }

  return async (input: readonly string[], signal: AbortSignal): Promise<string> => {
    try {
      return await post(input, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof GatewayError ? error : connectionFailure(NAME, error);
    }
  };
}
