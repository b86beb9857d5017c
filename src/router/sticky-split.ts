import type { ModelTier } from '../domain/request.ts';
import { stickyShare } from './experiments/assign-arm.ts';
import type { Unit } from './unit.ts';

/** In the hash, so that who is on which side of the split has nothing to do with the arms of experiments. */
const SALT = 'ab-test-ratio';

/**
 * The fixed split: so much to the small model, whatever the prompt. A unit stays on its side, and moves over only when the
 * share grows or shrinks past it.
 */
export function stickySplit(
  unit: Unit,
  toSmall: number,
): { readonly tier: ModelTier; readonly propensity: number } {
  return stickyShare(SALT, unit.key) < toSmall
    ? { tier: 'SMALL', propensity: toSmall }
    : { tier: 'LARGE', propensity: 1 - toSmall };
}
