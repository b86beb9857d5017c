import type { Clock } from '../../domain/clock.ts';
import type { DependencyHealth } from '../../domain/health.ts';
import { createGuard } from '../../redis/guard.ts';
import type { Encoder } from './encoder.ts';
import type { Models } from './models.ts';
import type { PairModel } from './pair-model.ts';

export type GuardedModels = Models & { health(): readonly DependencyHealth[] };

/**
 * Models that answer or reject within `timeoutMs`, whatever they do: a guard with a breaker stands before each, and what
 * is late is told to stop. Until they are loaded they reject at once, so that no request waits for that.
 *
 * @param options.ready resolves when they are loaded; when it rejects they never answer
 */
export function guardModels(options: {
  encoder: Encoder;
  pairModel: PairModel;
  ready: Promise<unknown>;
  timeoutMs: number;
  clock: Clock;
}): GuardedModels {
  const { encoder, pairModel, timeoutMs, clock } = options;
  let loaded = false;
  options.ready.then(
    () => {
      loaded = true;
    },
    () => {},
  );

  const guardOf = (name: string) =>
    createGuard({ name, timeoutMs, clock, whenAway: 'only equal prompts are answered' });
  const encoding = guardOf('encoder');
  const comparing = guardOf('pair-model');
  const inTime = () => AbortSignal.timeout(timeoutMs);

  return {
    encoder: {
      id: encoder.id,
      dimensions: encoder.dimensions,
      async encode(text) {
        if (!loaded) throw new Error('The encoder is being loaded.');
        return encoding.run(() => encoder.encode(text, inTime()));
      },
    },
    pairModel: {
      id: pairModel.id,
      async compare(asked, stored) {
        if (!loaded) throw new Error('The pair model is being loaded.');
        return comparing.run(() => pairModel.compare(asked, stored, inTime()));
      },
    },
    health: () => [encoding.health(), comparing.health()],
  };
}
