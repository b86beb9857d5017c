import { areClaims } from './claims.ts';
import type { Comparison } from './comparison.ts';

/**
 * Another thing in the place of a thing, in prompts that are alike but for it, or that have it behind the same
 * preposition; and prompts that have no word in common.
 */
export function substitution(comparison: Comparison): string | null {
  const { nearness, rewordings, matches, onlyLeft, onlyRight, lightLeft, lightRight } = comparison;
  const [one, other] = [onlyLeft[0], onlyRight[0]];
  if (one === undefined || other === undefined) return null;
  const difference = `${one.text} and ${other.text}`;
  if (matches.length === 0) return difference;
  if (areClaims(comparison.readings)) {
    const isOfOneThing = matches.length >= Math.max(onlyLeft.length, onlyRight.length);
    return nearness === 'NEAR' || isOfOneThing ? difference : null;
  }
  if (nearness === 'FAR') return null;
  if (areInOnePlace(comparison)) return difference;
  if (rewordings > 0) return null;
  return matches.length === 1 || lightLeft.length + lightRight.length === 0 ? difference : null;
}

/** "a chart with plotly" and "a chart with matplotlib" */
function areInOnePlace({ onlyLeft, onlyRight }: Comparison): boolean {
  return onlyLeft.some(
    ({ preposition }) =>
      preposition !== '' && onlyRight.some((other) => other.preposition === preposition),
  );
}
