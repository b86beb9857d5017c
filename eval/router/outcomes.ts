import { z } from 'zod';
import { seededRandom } from '../../test/support/seeded-random.ts';

const quality = z.number().min(0).max(1);

/** What two models made of one prompt. */
export const outcomeSchema = z.object({
  source: z.string().min(1).default('unnamed'),
  /** What kind of prompt it is; no feature, only to leave a kind out of the training. */
  domain: z.string().default(''),
  prompt: z.string().min(1),
  small: quality,
  large: quality,
});
export type Outcome = z.infer<typeof outcomeSchema>;

/** Of each source, what plays the exploration traffic. */
const EXPLORED_SHARE = 0.1;

/**
 * Draws the rows of one source that are its exploration traffic; the others are scored.
 *
 * @param seed the same seed draws the same places
 */
export function splitExplored<Row>(rows: readonly Row[], seed: number) {
  const random = seededRandom(seed);
  const drawn = rows
    .map((row) => ({ row, at: random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ row }) => row);
  const count = Math.round(EXPLORED_SHARE * rows.length);
  return { explored: drawn.slice(0, count), scored: drawn.slice(count) };
}
