import { openAdapters } from '../src/adapters.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { alone } from '../src/generation/alone.ts';
import { startRun } from '../src/generation/run.ts';
import { pinoLogger } from '../src/telemetry/pino-logger.ts';
import { sampleRunSpec } from '../test/support/sample-run-spec.ts';
import { upstreamCall } from '../test/support/upstream-call.ts';

/**
 * Starts `count` runs that never end, each with its upstream connection, and
 * tells what one takes in bytes: the part of a live stream's memory that its listeners share. Wants
 * `--expose-gc`.
 */
const [baseUrl = '', count = '0'] = process.argv.slice(2);

const config = loadConfig({ LLM_BASE_URL: baseUrl, MODEL_LARGE: 'bench' });
const { deps } = await openAdapters(config, pinoLogger({ level: 'silent' }));
const { leases } = alone();
const runDeps = {
  ...deps,
  ...config.generation,
  log: deps.runLog,
  upstream: deps.upstream.upstream,
  beforeEnd: async () => {},
  onTakenOver: () => {},
};

const before = memory();
for (let index = 0; index < Number(count); index += 1) {
  const spec = sampleRunSpec({
    id: `key.${index}`,
    question: {
      candidates: [{ model: 'bench', tier: 'LARGE' }],
      call: upstreamCall({ messages: [{ role: 'USER', content: `hang ${index}` }] }),
      inputTokens: 10,
    },
  });
  const claimed = await leases.claim(spec);
  if (!claimed.owned) throw new Error('Each run is the only one of its question.');
  await startRun(runDeps, claimed.lease, claimed.token);
  await firstText(spec.id);
}
process.send?.({ bytes: (memory() - before) / Number(count) });

async function firstText(id: string) {
  for await (const event of deps.runLog.read(id, 0, new AbortController().signal)) {
    if (event.type === 'text') return;
  }
}

function memory(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
