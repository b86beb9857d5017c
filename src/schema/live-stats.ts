import type { StatsWindow } from '../telemetry/statistics.ts';
import type { Builder } from './builder.ts';
import type { GraphContext } from './context.ts';
import type { SharedEnums } from './enums.ts';
import { badUserInput } from './errors.ts';
import { listen } from './listen.ts';
import { operatorOnly } from './operator.ts';
import { type LiveStats, scopeOf, toCacheStats, toLiveStats, toRoutingStats } from './stats.ts';

const MIN_INTERVAL_MS = 250;
const MAX_INTERVAL_MS = 60_000;

/** Adds `statsChanged`. */
export function addLiveStats(builder: Builder, enums: SharedEnums): void {
  builder.subscriptionField('statsChanged', (t) =>
    t.field({
      type: 'LiveStats',
      nullable: true,
      description: 'Counters and latencies as they change.',
      extensions: operatorOnly,
      args: {
        intervalMs: t.arg.int({
          required: true,
          defaultValue: 1000,
          description: `How often to look for a change, ${MIN_INTERVAL_MS} to ${MAX_INTERVAL_MS}.`,
        }),
        window: t.arg({
          type: enums.StatsWindow,
          required: true,
          defaultValue: 'MINUTE',
          description: 'How far back to count.',
        }),
      },
      subscribe: (_, { intervalMs, window }, context) => {
        checkInterval(intervalMs);
        return listen(context.signal, (left) =>
          changes(() => readLiveStats(context, window), intervalMs, left),
        );
      },
      resolve: (stats) => stats,
    }),
  );
  addLiveStatsType(builder);
}

function checkInterval(intervalMs: number): void {
  if (intervalMs >= MIN_INTERVAL_MS && intervalMs <= MAX_INTERVAL_MS) return;
  const message = `must be ${MIN_INTERVAL_MS} to ${MAX_INTERVAL_MS}`;
  throw badUserInput([{ field: 'intervalMs', message }]);
}

/** What is read first, at once, and from then on whatever differs from the last in more than its time. */
async function* changes(
  read: () => Promise<LiveStats>,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<LiveStats, undefined> {
  let last = '';
  while (!signal.aborted) {
    const stats = await read();
    const content = JSON.stringify({ ...stats, at: null });
    if (content !== last) yield stats;
    last = content;
    await pause(intervalMs, signal);
  }
}

/** Resolves after `ms`, or at once when `signal` aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

async function readLiveStats(context: GraphContext, window: StatsWindow): Promise<LiveStats> {
  const { services, principal } = context;
  const [summary, status] = await Promise.all([
    services.statistics.read(scopeOf(principal), window),
    services.cache.status(),
  ]);
  return toLiveStats(Date.now(), summary, services.generations.activity(), {
    cache: toCacheStats(summary, { enabled: services.cache.enabled, status }, principal),
    routing: toRoutingStats(summary, services.routing(), principal),
  });
}

function addLiveStatsType(builder: Builder): void {
  builder.objectType('LiveStats', {
    description: 'The statistics at one moment.',
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', description: 'When they were read.' }),
      cache: t.expose('cache', { type: 'CacheStats', description: 'What the cache did.' }),
      routing: t.expose('routing', {
        type: 'RoutingStats',
        description: 'What the router and the models did.',
      }),
      activeGenerations: t.exposeInt('activeGenerations', {
        description: 'Generations of this instance that have not ended.',
      }),
      subscribers: t.exposeInt('subscribers', {
        description: 'Streams of this instance that are being listened to.',
      }),
      overhead: t.expose('overhead', {
        type: 'LatencySummary',
        description: 'Time that requests spent in the gateway itself, not waiting for a model.',
      }),
    }),
  });
}
