import { setImmediate } from 'node:timers/promises';
import type { GenerationService } from '../generation/service.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { GraphqlServer } from './graphql.ts';
import type { Listening } from './http.ts';

/**
 * Ends the server in the order that loses least: first nothing new comes, then what runs ends or is told
 * that it failed, then the connections go, and last what everything leaned on. A step that fails is
 * logged and holds up none of the others.
 *
 * @param options.drainMs how long running generations may take; those that take longer fail SHUTTING_DOWN
 * @param options.resources what is disposed of at the end, in this order
 */
export async function shutDown(options: {
  server: Pick<GraphqlServer, 'stopAccepting' | 'closeSockets'>;
  listening: Listening;
  generations: Pick<GenerationService, 'drain'>;
  drainMs: number;
  resources: readonly AsyncDisposable[];
  logger: Logger;
}): Promise<void> {
  const { server, listening, generations, drainMs, resources, logger } = options;

  async function attempt(step: string, run: () => Promise<void> | PromiseLike<void>) {
    try {
      await run();
    } catch (error) {
      logger.error({ error, step }, 'shutdown step failed');
    }
  }

  server.stopAccepting();
  listening.stopKeepAlive();
  await attempt('drain', () => generations.drain(AbortSignal.timeout(drainMs)));
  // One turn of the event loop takes the last events, and the `complete` after them, to their sockets.
  await setImmediate();
  await attempt('sockets', () => server.closeSockets());
  await attempt('http', () => listening[Symbol.asyncDispose]());
  for (const resource of resources) {
    await attempt('resource', () => resource[Symbol.asyncDispose]());
  }
}
