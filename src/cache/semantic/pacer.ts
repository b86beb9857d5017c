import type { Clock } from '../../domain/clock.ts';

/** After so long others have their turn. */
const SLICE_MS = 3;

/** Awaited between the steps of work that takes long, it lets the event loop go on now and then. */
export function createPacer(clock: Clock): () => Promise<void> {
  let beganAt = clock.elapsed();

  return async () => {
    if (clock.elapsed() - beganAt < SLICE_MS) return;
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    beganAt = clock.elapsed();
  };
}
