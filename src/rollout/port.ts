/** What an operator may change while the gateway runs. */
export type RolloutSwitches = {
  /** Whether stored answers are used and kept. */
  readonly cacheEnabled: boolean;
  /** Whether answers to like prompts are used too. Without an encoder there are none to be found. */
  readonly semanticCacheEnabled: boolean;
  /** Whether the router looks at prompts. */
  readonly routingEnabled: boolean;
  /** Share of MEDIUM prompts that goes to the small model, 0..1. */
  readonly abTestRatio: number;
};

export type RolloutState = RolloutSwitches & {
  /** When a switch was last changed, or set back while another stayed changed; null while all stand as configured. */
  readonly changedAt: number | null;
};

/** What is absent stays as it is; null goes back to what is configured. */
export type RolloutChanges = {
  readonly [Name in keyof RolloutSwitches]?: RolloutSwitches[Name] | null;
};

/**
 * The switches as they stand for all processes that share them.
 *
 * What callers may rely on:
 * - A switch that an operator changed wins over the configuration, also one that was changed to what is
 *   configured. It does so until it is set back by null.
 * - `current` costs nothing, so that it may be asked for every request. What another process changed it tells
 *   within a second.
 * - `change` happens as a whole or not at all, and takes nothing from who changes another switch meanwhile.
 *   Without a change in it, it does nothing. After it resolved, `current` tells of it.
 * - `change` rejects with RolloutUnavailable when it cannot be known that it happened. To repeat it is safe.
 */
export type Rollout = {
  current(): RolloutState;
  /** The caller has checked the values. */
  change(changes: RolloutChanges): Promise<RolloutState>;
};

/** What keeps the switches did not confirm a change. The message is for the operator who wished for it. */
export class RolloutUnavailable extends Error {
  override readonly name = 'RolloutUnavailable';
}
