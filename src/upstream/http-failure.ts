import { type FailureCode, GatewayError } from '../domain/errors.ts';
import { isJsonObject, parseJson } from './json.ts';

/** An answer whose status says that the call failed. `body` may be empty, cut short, or not JSON. */
export type FailedResponse = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
};

/**
 * What an HTTP status means for the caller. A provider's own words are left out, since they are known to
 * quote prompts and parts of keys; its error code is kept when it is plainly a code.
 *
 * `now` is the time of day that an HTTP-date in Retry-After is measured against.
 */
export function httpFailure(upstream: string, response: FailedResponse, now: number): GatewayError {
  const { status, headers, body } = response;
  const { code, retryable } = meaningOf(status);
  const reported = errorIn(parseJson(body));
  return new GatewayError(
    code,
    `The upstream ${upstream} answered HTTP ${status}${named(reported)}.`,
    {
      retryable,
      retryAfterMs: retryable ? retryAfterOf(headers, now) : null,
    },
  );
}

/** An error object that came with HTTP 200, in the middle of a stream or instead of it. */
export function reportedFailure(upstream: string, reported: unknown): GatewayError {
  const { code, retryable } = meaningOf(statusIn(reported));
  return new GatewayError(code, `The upstream ${upstream} reported an error${named(reported)}.`, {
    retryable,
  });
}

/** No connection, or one that broke: before the answer, or in the middle of it. */
export function connectionFailure(upstream: string, error: unknown): GatewayError {
  const reason = isJsonObject(error) && typeof error['code'] === 'string' ? error['code'] : null;
  const suffix = reason === null ? '' : ` (${reason})`;
  // undici passes on the codes of llhttp, which all begin with HPE_.
  if (reason?.startsWith('HPE_')) {
    const message = `The upstream ${upstream} does not speak HTTP${suffix}.`;
    return new GatewayError('UPSTREAM_PROTOCOL', message, { cause: error });
  }
  const message = `The connection to the upstream ${upstream} failed${suffix}.`;
  return new GatewayError('UPSTREAM_UNAVAILABLE', message, { retryable: true, cause: error });
}

/** The error object in a body, in any of the shapes that compatible servers use; undefined without one. */
export function errorIn(body: unknown): unknown {
  if (!isJsonObject(body)) return undefined;
  // vLLM has sent the error itself, marked as one.
  if (body['object'] === 'error') return body;
  return body['error'] ?? undefined;
}

/** 409 and 425 are conflicts of timing; 498 is Groq's, 529 Anthropic's word for "no capacity now". */
const RETRYABLE_4XX = new Set([408, 409, 425, 498]);

function meaningOf(status: number): { code: FailureCode; retryable: boolean } {
  if (status === 429) return { code: 'UPSTREAM_RATE_LIMITED', retryable: true };
  if (status >= 500 || RETRYABLE_4XX.has(status)) {
    return { code: 'UPSTREAM_UNAVAILABLE', retryable: true };
  }
  if (status >= 400) return { code: 'UPSTREAM_REJECTED', retryable: false };
  return { code: 'UPSTREAM_PROTOCOL', retryable: false };
}

/** Some servers put the status into the error object; of the others only the kind of error is known. */
function statusIn(reported: unknown): number {
  if (!isJsonObject(reported)) return 500;
  const status = Number(reported['code'] ?? reported['status']);
  if (status >= 400 && status <= 599) return status;
  const kind = `${reported['type']} ${reported['code']}`;
  if (/rate_limit|too_many_requests|quota/i.test(kind)) return 429;
  if (/invalid_request|context_length|content_filter|content_policy/i.test(kind)) return 400;
  return 500;
}

/** Letters and their joints only: a key cannot pass for this, since it always holds digits. */
const IDENTIFIER = /^[A-Za-z][A-Za-z_.-]{1,47}$/;

function named(reported: unknown): string {
  if (!isJsonObject(reported)) return '';
  const name = [reported['code'], reported['type']].find(
    (candidate) => typeof candidate === 'string' && IDENTIFIER.test(candidate),
  );
  return name === undefined ? '' : ` (${name})`;
}

/** Whoever asks for more is not taken at its word: clients would wait for ever, or not at all. */
const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;

/** Null when it does not say, or not readably. */
function retryAfterOf(headers: FailedResponse['headers'], now: number): number | null {
  const asked = askedRetryAfter(headers, now);
  return asked === null ? null : Math.min(asked, LONGEST_RETRY_AFTER_MS);
}

/**
 * `Retry-After` in seconds or as an HTTP-date (RFC 9110, 10.2.3); `retry-after-ms`, which OpenAI sends
 * beside it, is finer and wins.
 */
function askedRetryAfter(headers: FailedResponse['headers'], now: number): number | null {
  const milliseconds = numberIn(headers['retry-after-ms']);
  if (milliseconds !== null) return milliseconds;
  const seconds = numberIn(headers['retry-after']);
  if (seconds !== null) return seconds * 1000;
  const date = Date.parse(String(headers['retry-after']));
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

function numberIn(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d+(\.\d+)?$/.test(header) ? Number(header) : null;
}
