import type { Clock } from '../domain/clock.ts';
import { type DataScope, isWithin } from '../tenancy/data-scope.ts';
import type { Accepted, Generation } from './accepted.ts';

/** Beside its texts: the plan, the decision, and the objects and functions that hold them. As measured. */
const OVERHEAD_BYTES = 8_192;

/** The generations that this process can tell about: those that run, and for a while those that have ended. */
export type KeptGenerations = {
  add(generation: Generation): void;
  /** Null when there is none here, or no more. */
  find(id: string): Generation | null;
  /** All of a scope. */
  within(scope: DataScope): readonly Generation[];
  /** Tells of it no more, whether it runs or has ended. */
  forget(generation: Generation): void;
};

type Ended = {
  readonly generation: Generation;
  readonly size: number;
  /** On `Clock.elapsed`. */
  readonly at: number;
};

/**
 * @param options.maxBytes bound on what is kept of the ended ones, run logs apart; the first to end goes first
 * @param options.keepMs how long an ended one is kept
 * @param options.onForgotten hears of each that is not kept any more
 */
export function keepGenerations(options: {
  maxBytes: number;
  keepMs: number;
  clock: Clock;
  onForgotten: (accepted: Accepted) => void;
}): KeptGenerations {
  const { maxBytes, keepMs, clock, onForgotten } = options;
  const running = new Map<string, Generation>();
  /** In the order in which they ended. */
  const ended = new Map<string, Ended>();
  let bytes = 0;

  function end(generation: Generation) {
    const { accepted, heldUnits } = generation;
    // It was forgotten before it ended.
    if (running.get(accepted.id) !== generation) return;
    running.delete(accepted.id);
    const size = OVERHEAD_BYTES + 2 * heldUnits;
    bytes -= ended.get(accepted.id)?.size ?? 0;
    ended.delete(accepted.id);
    ended.set(accepted.id, { generation, size, at: clock.elapsed() });
    bytes += size;
    const oldestKept = clock.elapsed() - keepMs;
    for (const oldest of ended.values()) {
      if (bytes <= maxBytes && oldest.at > oldestKept) return;
      drop(oldest);
    }
  }

  function drop({ generation, size }: Ended) {
    ended.delete(generation.accepted.id);
    bytes -= size;
    onForgotten(generation.accepted);
  }

  function stillKept(id: string): Generation | null {
    const found = ended.get(id);
    return found !== undefined && found.at > clock.elapsed() - keepMs ? found.generation : null;
  }

  return {
    add(generation) {
      running.set(generation.accepted.id, generation);
      generation.outcome.then(
        () => end(generation),
        // Another process may know how it ended.
        () => {
          running.delete(generation.accepted.id);
          onForgotten(generation.accepted);
        },
      );
    },
    find: (id) => running.get(id) ?? stillKept(id),
    within(scope) {
      const all = [...running.values(), ...[...ended.values()].map(({ generation }) => generation)];
      return all.filter(({ accepted }) => isWithin(scope, accepted));
    },
    forget({ accepted }) {
      running.delete(accepted.id);
      const known = ended.get(accepted.id);
      if (known === undefined) onForgotten(accepted);
      else drop(known);
    },
  };
}
