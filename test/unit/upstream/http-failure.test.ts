import { describe, expect, it } from 'vitest';
import { connectionFailure, httpFailure } from '../../../src/upstream/http-failure.ts';

const NOW = Date.parse('2026-11-24T12:00:00Z');

describe('a response whose status says that the call failed', () => {
  it.each([
    [302, 'UPSTREAM_PROTOCOL', false],
    [400, 'UPSTREAM_REJECTED', false],
    [401, 'UPSTREAM_REJECTED', false],
    [404, 'UPSTREAM_REJECTED', false],
    [408, 'UPSTREAM_UNAVAILABLE', true],
    [409, 'UPSTREAM_UNAVAILABLE', true],
    [422, 'UPSTREAM_REJECTED', false],
    [425, 'UPSTREAM_UNAVAILABLE', true],
    [429, 'UPSTREAM_RATE_LIMITED', true],
    [500, 'UPSTREAM_UNAVAILABLE', true],
    [503, 'UPSTREAM_UNAVAILABLE', true],
    [529, 'UPSTREAM_UNAVAILABLE', true],
  ])('is for HTTP %i a %s, retryable %s', (status, code, retryable) => {
    expect(failure({ status })).toMatchObject({ code, retryable, retryAfterMs: null });
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['fractions of seconds', { 'retry-after': '0.5' }, 500],
    ['an HTTP-date', { 'retry-after': 'Tue, 24 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that has passed', { 'retry-after': 'Tue, 24 Nov 2026 11:00:00 GMT' }, 0],
    ['milliseconds, which win', { 'retry-after': '7', 'retry-after-ms': '6250.5' }, 6250.5],
    ['more than a day', { 'retry-after': '9'.repeat(400) }, 86_400_000],
    ['something else', { 'retry-after': 'soon' }, null],
  ])('carries a Retry-After in %s', (_kind, headers, retryAfterMs) => {
    expect(failure({ status: 429, headers })).toMatchObject({ retryAfterMs });
    expect(failure({ status: 503, headers })).toMatchObject({ retryAfterMs });
  });

  it('carries no Retry-After when a retry makes no sense', () => {
    expect(failure({ status: 400, headers: { 'retry-after': '7' } }).retryAfterMs).toBeNull();
  });

  it.each([
    [
      '{"error":{"message":"No.","type":"invalid_request_error","code":"model_not_found"}}',
      'model_not_found',
    ],
    ['{"error":{"message":"No.","type":"server_error","code":null}}', 'server_error'],
    ['{"object":"error","message":"No.","type":"BadRequestError","code":400}', 'BadRequestError'],
  ])('names the error code in %s', (body, name) => {
    expect(failure({ body }).message).toBe(`The upstream openai answered HTTP 400 (${name}).`);
  });

  it.each([
    '{"error":{"message":"Incorrect key sk-proj-abc123","code":"sk-proj-abc123","type":"a b"}}',
    '{"error":"your prompt was: tell me a secret"}',
    '<html>your prompt was: tell me a secret</html>',
    '',
    '{"error":{"code":',
  ])('keeps the words of the provider out of its message: %s', (body) => {
    expect(failure({ body }).message).toBe('The upstream openai answered HTTP 400.');
  });
});

describe('a connection that failed', () => {
  it('is retryable and named by its error code', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:443'), {
      code: 'ECONNREFUSED',
    });
    const error = connectionFailure('openai', cause);
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', retryable: true, cause });
    expect(error.message).toBe('The connection to the upstream openai failed (ECONNREFUSED).');
  });

  it('is a protocol error when the other side does not speak HTTP', () => {
    const cause = Object.assign(new Error('Parse Error'), { code: 'HPE_INVALID_CONSTANT' });
    expect(connectionFailure('openai', cause)).toMatchObject({
      code: 'UPSTREAM_PROTOCOL',
      retryable: false,
    });
  });
});

function failure(response: { status?: number; headers?: Record<string, string>; body?: string }) {
  return httpFailure('openai', { status: 400, headers: {}, body: '', ...response }, NOW);
}
