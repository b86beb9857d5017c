import { GatewayError } from '../domain/errors.ts';

const MESSAGE = 'This server is shutting down; ask again.';

/** What a request is told that comes, or is still running, when the process ends. */
export function shuttingDown(): GatewayError {
  return new GatewayError('SHUTTING_DOWN', MESSAGE, { retryable: true });
}

/** Other processes go on with the run: whoever listens here is to come to them. */
export class HandedOver extends GatewayError {
  constructor() {
    super('SHUTTING_DOWN', MESSAGE, { retryable: true });
  }
}
