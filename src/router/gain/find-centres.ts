import { distancesTo, nearestOf } from './centres.ts';
import { shuffled } from './seeded-random.ts';
import { rowOf, type Table, tableOf } from './table.ts';

/** Rows that clusters are looked for in: more do not move them much. */
const SAMPLE = 2000;
const ROUNDS = 6;
/** The centre of fewer prompts would tell too much of each: it is left out. */
const FEWEST_MEMBERS = 3;

/**
 * Centres of clusters of the rows, by Lloyd's k-means on a sample; each is then the mean of all rows that are nearest to
 * it.
 *
 * @param most of them; there are fewer where clusters are small
 */
export function findCentres(table: Table, most: number, random: () => number): Table {
  const sample = pick(table, shuffled(table.rows, random).subarray(0, SAMPLE));
  let centres = pick(sample, shuffled(sample.rows, random).subarray(0, most));
  for (let round = 0; round < ROUNDS; round += 1) centres = meansOf(sample, centres, 1);
  return meansOf(table, centres, FEWEST_MEMBERS);
}

function pick(table: Table, rows: Int32Array): Table {
  return tableOf(
    Array.from(rows, (row) => rowOf(table, row)),
    table.width,
  );
}

/** Of the rows that are nearest to each centre; those of fewer rows are left out. */
function meansOf(table: Table, centres: Table, fewest: number): Table {
  const { width } = table;
  const distances = distancesTo(centres);
  const members = new Uint32Array(centres.rows);
  const sums = new Float64Array(centres.rows * width);
  for (let row = 0; row < table.rows; row += 1) {
    const values = rowOf(table, row);
    const nearest = nearestOf(distances.from(values));
    members[nearest] = (members[nearest] ?? 0) + 1;
    for (let at = 0; at < width; at += 1) {
      const place = nearest * width + at;
      sums[place] = (sums[place] ?? 0) + (values[at] ?? 0);
    }
  }
  const means: Float32Array[] = [];
  for (const [centre, count] of members.entries()) {
    if (count < fewest) continue;
    const sum = sums.subarray(centre * width, (centre + 1) * width);
    means.push(Float32Array.from(sum, (each) => each / count));
  }
  return tableOf(means, width);
}
