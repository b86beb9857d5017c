import { openAdapters } from './adapters.ts';
import { createApp } from './app.ts';
import { ConfigError } from './config/config-error.ts';
import { configWarnings } from './config/config-warnings.ts';
import { describeConfig } from './config/describe-config.ts';
import { readEnvironment } from './config/environment.ts';
import { loadConfig } from './config/load-config.ts';
import { isLoopback } from './domain/loopback.ts';
import { listen } from './server/http.ts';
import { shutDown } from './server/shutdown.ts';
import { pinoLogger } from './telemetry/pino-logger.ts';
import { KeysFileError } from './tenancy/keys-file-error.ts';

try {
  await main();
} catch (error) {
  const told =
    error instanceof ConfigError || error instanceof KeysFileError || isListenError(error);
  process.stderr.write(`${told ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}

async function main() {
  const config = loadConfig(readEnvironment(process.env, process.cwd()));
  const logger = pinoLogger({ level: config.logLevel });
  const { deps, resources } = await openAdapters(config, logger);
  const { server, generations } = createApp(deps);
  const listening = await listen(server, config.server).catch(async (error: unknown) => {
    // An open connection to Redis would keep the process from ending.
    for (const resource of [server, ...resources]) await resource[Symbol.asyncDispose]();
    throw error;
  });
  logger.info({ url: `${listening.url}/graphql`, ...describeConfig(config) }, 'listening');
  const reachable = !isLoopback(config.server.host);
  for (const warning of configWarnings(config, reachable)) logger.warn({}, warning);

  const { promise: stopped, resolve: stop } = Promise.withResolvers<NodeJS.Signals>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stop);
  const signal = await stopped;
  logger.info({ signal }, 'draining');
  await shutDown({
    server,
    listening,
    generations,
    drainMs: config.server.drainMs,
    resources: [server, ...resources],
    logger,
  });
  logger.info({}, 'stopped');
}

function isListenError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}
