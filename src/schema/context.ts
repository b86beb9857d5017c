import type { Invalidate } from '../cache/invalidate.ts';
import type { Cache } from '../cache/port.ts';
import type { DependencyHealth, HealthStatus } from '../domain/health.ts';
import type { RateGeneration } from '../generation/rate-generation.ts';
import type { GenerationService } from '../generation/service.ts';
import type { WarmCache } from '../generation/warm-cache.ts';
import type { Rollout } from '../rollout/port.ts';
import type { Experiments } from '../router/experiments/port.ts';
import type { Statistics } from '../telemetry/statistics.ts';
import type { Erase } from '../tenancy/erase.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { RoutingStanding } from './stats.ts';

/** What the resolvers delegate to. */
export type Services = {
  readonly generations: GenerationService;
  readonly cache: Cache;
  readonly routing: () => RoutingStanding;
  readonly rollout: Rollout;
  readonly experiments: Experiments;
  readonly statistics: Statistics;
  readonly rate: RateGeneration;
  readonly warm: WarmCache;
  readonly invalidate: Invalidate;
  readonly erase: Erase;
  readonly health: () => Promise<HealthReport>;
};

export type HealthReport = {
  readonly status: HealthStatus;
  readonly version: string;
  readonly uptimeSeconds: number;
  readonly dependencies: readonly DependencyHealth[];
};

/** The same on every transport: no resolver sees a request, a socket or a header. */
export type GraphContext = {
  readonly principal: Principal;
  /** Aborts when the caller leaves: the HTTP request, SSE stream or WebSocket operation ended early. */
  readonly signal: AbortSignal;
  /**
   * What names this operation and no other of the principal, and is the same when the client sends it again
   * after its connection was lost: the id of a WebSocket operation, when it is a UUID. Null when there is none.
   */
  readonly operationKey: string | null;
  readonly services: Services;
};
