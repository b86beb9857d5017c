import { openAdapters } from '../src/adapters.ts';
import { createApp } from '../src/app.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { listen } from '../src/server/http.ts';
import { pinoLogger } from '../src/telemetry/pino-logger.ts';

/**
 * The gateway as it is served, but for the environment, in this process. It logs each request, to nowhere.
 * Told `measure`, it collects garbage and tells its memory in bytes; for that it wants `--expose-gc`.
 */
const [baseUrl = '', environment = '{}'] = process.argv.slice(2);

const config = loadConfig({
  PORT: '0',
  LLM_BASE_URL: baseUrl,
  MODEL_LARGE: 'bench',
  MAX_OPERATIONS_PER_SOCKET: '1000',
  ...JSON.parse(environment),
});
const logger = pinoLogger({ level: 'info', destination: { write() {} } });
const { deps } = await openAdapters(config, logger);
const { url } = await listen(createApp(deps).server, config.server);

process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ bytes: heapUsed + external });
});
process.send?.(`${url}/graphql`);
