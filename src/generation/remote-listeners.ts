import type { Seats } from './seats.ts';

/**
 * Keeps, in the seats of a run's owner, a listener for each generation that is listened to in another process. To be
 * called with all that is known, by process, whenever it changes.
 */
export function mirrorListening(
  seats: Seats,
): (listening: ReadonlyMap<string, readonly string[]>) => void {
  let mirrored: ReadonlyMap<string, readonly string[]> = new Map();

  return (listening) => {
    const before = mirrored;
    mirrored = listening;
    // Those who came first: a generation whose listener went to another process is listened to all the time.
    for (const id of missing(listening, before)) seats.of(id).enter();
    for (const id of missing(before, listening)) seats.of(id).leave();
  };
}

/** The generations, one for each process, that are in `all` and not in `some`. */
function missing(
  all: ReadonlyMap<string, readonly string[]>,
  some: ReadonlyMap<string, readonly string[]>,
): string[] {
  return [...all].flatMap(([process, ids]) => {
    const others = new Set(some.get(process));
    return [...new Set(ids)].filter((id) => !others.has(id));
  });
}
