import { openAdapters } from '../../src/adapters.ts';
import { type App, createApp } from '../../src/app.ts';
import type { Environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { listen } from '../../src/server/http.ts';
import { shutDown } from '../../src/server/shutdown.ts';
import { keepEnvironment } from './environment-evidence.ts';
import { type LogLine, recordLogs } from './recorded-logs.ts';
import { type ScriptedUpstream, startScriptedUpstream } from './scripted-upstream.ts';

export type Gateway = AsyncDisposable & {
  /** Of the GraphQL endpoint, for HTTP and server-sent events. */
  readonly url: string;
  readonly wsUrl: string;
  /** Of the server, without a slash at the end. */
  readonly origin: string;
  /** The model server that the gateway asks. */
  readonly upstream: ScriptedUpstream;
  readonly app: App;
  readonly logs: readonly LogLine[];
};

/**
 * The whole gateway, listening on a free port, in front of a scripted model server: all that `main.ts` puts
 * together but the process. `environment` is what an operator would set.
 */
export async function startGateway(environment: Environment = {}): Promise<Gateway> {
  const upstream = await startScriptedUpstream();
  const gateway = await startGatewayBefore(upstream, environment);
  return {
    ...gateway,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

/** The same before a model server that others ask too; not closed with the gateway. */
export async function startGatewayBefore(
  upstream: ScriptedUpstream,
  environment: Environment = {},
): Promise<Gateway> {
  keepEnvironment(environment);
  const config = loadConfig({ ...IN_TESTS, ...asking(upstream), ...environment });
  const { logger, logs } = recordLogs();
  const { deps, resources } = await openAdapters(config, logger);
  const app = createApp(deps);
  const listening = await listen(app.server, config.server);
  return {
    url: `${listening.url}/graphql`,
    wsUrl: `${listening.url.replace('http', 'ws')}/graphql`,
    origin: listening.url,
    upstream,
    app,
    logs,
    async [Symbol.asyncDispose]() {
      await shutDown({
        ...app,
        listening,
        drainMs: 0,
        resources: [app.server, ...resources],
        logger,
      });
    },
  };
}

/** A free port, and equal prompts alone are answered: hardly a test is about like ones, and models take time to load. */
const IN_TESTS: Environment = { PORT: '0', ENCODER: 'none' };

/** What an operator would set for a gateway to ask it. */
export function asking(upstream: ScriptedUpstream): Environment {
  return {
    LLM_BASE_URL: upstream.baseUrl,
    MODEL_SMALL: 'small-model',
    MODEL_LARGE: 'large-model',
    MODEL_PRICES: JSON.stringify({
      'small-model': { input: 1, output: 2 },
      'large-model': { input: 3, output: 6 },
    }),
    UPSTREAM_RETRIES: '0',
  };
}
