/** OK: works. DEGRADED: works in part, or did not work the last time. UNAVAILABLE: does not work. */
export type HealthStatus = 'OK' | 'DEGRADED' | 'UNAVAILABLE';

/** One thing the gateway leans on. `name` is `redis`, `encoder`, or `upstream:<model or base name>`. */
export type DependencyHealth = {
  readonly name: string;
  readonly status: HealthStatus;
  readonly latencyMs: number | null;
  /** One sentence for an operator; never a secret. */
  readonly detail: string | null;
};
