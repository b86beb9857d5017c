import { GatewayError } from '../domain/errors.ts';

/** What a request is told that comes, or is still running, when the process ends. */
export function shuttingDown(): GatewayError {
  return new GatewayError('SHUTTING_DOWN', 'This server is shutting down; ask again.', {
    retryable: true,
  });
}
