import { median } from './latency.ts';

/** What Redis was asked in some time. */
export type Count = {
  /** By command and process. A script is one, whatever it does. */
  readonly roundTrips: ReadonlyMap<string, number>;
  /** The commands that scripts gave. */
  readonly inScripts: ReadonlyMap<string, number>;
  readonly bytesTo: number;
  readonly bytesFrom: number;
};

/**
 * The fewest of each command in several countings of the same, for what went on by chance at the same time is not in
 * all of them; of the bytes, the median.
 */
export function fewest(counts: readonly Count[]): Count {
  return {
    roundTrips: fewestOf(counts.map(({ roundTrips }) => roundTrips)),
    inScripts: fewestOf(counts.map(({ inScripts }) => inScripts)),
    bytesTo: median(counts.map(({ bytesTo }) => bytesTo)),
    bytesFrom: median(counts.map(({ bytesFrom }) => bytesFrom)),
  };
}

/** What `all` has more than `some`. */
export function beyond(all: Count, some: Count): Count {
  return {
    roundTrips: difference(all.roundTrips, some.roundTrips),
    inScripts: difference(all.inScripts, some.inScripts),
    bytesTo: all.bytesTo - some.bytesTo,
    bytesFrom: all.bytesFrom - some.bytesFrom,
  };
}

export function total(numbers: ReadonlyMap<string, number>): number {
  return [...numbers.values()].reduce((sum, number) => sum + number, 0);
}

function fewestOf(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const names = new Set(all.flatMap((numbers) => [...numbers.keys()]));
  const leastOf = (name: string) => Math.min(...all.map((numbers) => numbers.get(name) ?? 0));
  return withoutNone([...names].map((name) => [name, leastOf(name)]));
}

function difference(
  all: ReadonlyMap<string, number>,
  some: ReadonlyMap<string, number>,
): Map<string, number> {
  const names = new Set([...all.keys(), ...some.keys()]);
  const moreOf = (name: string) => (all.get(name) ?? 0) - (some.get(name) ?? 0);
  return withoutNone([...names].map((name) => [name, moreOf(name)]));
}

function withoutNone(entries: readonly [string, number][]): Map<string, number> {
  return new Map(entries.filter(([, number]) => number !== 0));
}
