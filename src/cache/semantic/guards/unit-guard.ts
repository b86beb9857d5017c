import type { Comparison } from './comparison.ts';
import { LIKE_UNITS, MEASURES, TIME_ZONES } from './units.ts';
import type { Word } from './words.ts';

/** Units, currencies, scales and time zones that one prompt has and the other has not. */
export function unitDifference({
  onlyLeft,
  onlyRight,
  nearness,
  rewordings,
}: Comparison): string | null {
  const [left, right] = [unitsOf(onlyLeft), unitsOf(onlyRight)];
  const restLeft = left.filter((unit) => !right.some((other) => isLike(unit, other)));
  const restRight = right.filter((unit) => !left.some((other) => isLike(unit, other)));
  if (restLeft.length + restRight.length === 0) return null;
  if (restLeft.length === 0 || restRight.length === 0) {
    const unit = restLeft[0] ?? restRight[0] ?? '';
    // Where nothing else is bought, money needs no name.
    if (MEASURES.get(unit) === 'money' && (nearness === 'FAR' || rewordings > 0)) return null;
    if (nearness === 'FAR' && MEASURES.get(unit) === undefined) return null;
  }
  return `${restLeft[0] ?? 'none'} and ${restRight[0] ?? 'none'}`;
}

function unitsOf(words: readonly Word[]): string[] {
  return words.filter(isUnit).map(({ meaning }) => meaning);
}

function isUnit({ kind, text }: Word): boolean {
  return kind === 'UNIT' || TIME_ZONES.has(text);
}

function isLike(one: string, other: string): boolean {
  return (
    one === other ||
    LIKE_UNITS.has(`${one} ${other}`) ||
    (MEASURES.get(one) === undefined && one === other)
  );
}
