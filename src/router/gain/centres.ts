import { dotWithRow, rowOf, type Table } from './table.ts';

/** Squared distances to points that stay where they are. */
export type Distances = {
  /** One a centre. A shorter point is compared with the last numbers of each centre alone. */
  from(point: Float32Array): Float64Array;
};

export function distancesTo(centres: Table): Distances {
  const squaresFrom = new Map<number, Float64Array>();

  /** Of what stands in each centre from `offset` on. */
  function squares(offset: number): Float64Array {
    const known = squaresFrom.get(offset);
    if (known !== undefined) return known;
    const found = Float64Array.from({ length: centres.rows }, (_, row) =>
      dotWithRow(centres, row, rowOf(centres, row).subarray(offset), offset),
    );
    squaresFrom.set(offset, found);
    return found;
  }

  return {
    from(point) {
      const offset = centres.width - point.length;
      const ofCentres = squares(offset);
      const ofPoint = point.reduce((sum, value) => sum + value * value, 0);
      return ofCentres.map((square, row) =>
        Math.max(0, ofPoint + square - 2 * dotWithRow(centres, row, point, offset)),
      );
    },
  };
}

/** Index of the nearest one. */
export function nearestOf(distances: Float64Array): number {
  let nearest = 0;
  for (let at = 1; at < distances.length; at += 1) {
    if ((distances[at] ?? 0) < (distances[nearest] ?? 0)) nearest = at;
  }
  return nearest;
}

/** How much a centre counts at a squared distance: 1 where it lies, 0 far away. */
export function closeness(distances: Float64Array): Float64Array {
  return distances.map((distance) => Math.exp(-distance));
}
