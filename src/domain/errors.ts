/**
 * Every way in which a generation can fail, as clients see it. `schema/map-errors.ts` is the one place
 * where these become GraphQL.
 */
export type FailureCode =
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_RATE_LIMITED'
  | 'UPSTREAM_REJECTED'
  | 'UPSTREAM_PROTOCOL'
  | 'RATE_LIMITED'
  | 'BUDGET_EXCEEDED'
  | 'PROMPT_TOO_LONG'
  | 'MODEL_UNKNOWN'
  | 'NOT_CACHED'
  | 'NOT_FOUND'
  | 'IDEMPOTENCY_CONFLICT'
  | 'CANCELLED'
  | 'SHUTTING_DOWN'
  | 'INTERNAL';

/**
 * A failure that a client is told about. `message` is written for the developer who reads it: it names
 * what to change, and never holds a prompt, an answer, a key or an internal address.
 *
 * `retryable` is decided once, where the failure is first understood, and only read from there on:
 * true means that the same request, sent again, may succeed.
 */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: FailureCode;
  readonly retryable: boolean;
  /** How long a client should wait at least; null when nobody said. */
  readonly retryAfterMs: number | null;

  constructor(
    code: FailureCode,
    message: string,
    options: { retryable?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** What of a failure goes into records and answers. Plain JSON. */
export type FailureFields = Pick<GatewayError, 'code' | 'message' | 'retryable' | 'retryAfterMs'>;

export function failureFields(error: GatewayError): FailureFields {
  const { code, message, retryable, retryAfterMs } = error;
  return { code, message, retryable, retryAfterMs };
}

/**
 * Whatever was thrown, as a GatewayError. What nobody foresaw becomes INTERNAL with a message that gives
 * nothing away; the original stands in `cause` for the log.
 */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  return new GatewayError('INTERNAL', 'The gateway failed in an unforeseen way.', {
    cause: thrown,
  });
}
