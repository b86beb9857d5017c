/**
 * The exact upper bound on a share of which `wrong` of `all` were seen: a true share above it would show so few with a
 * chance of at most 1 - `level` (Clopper and Pearson 1934). 1 when nothing was seen.
 */
export function upperBound(wrong: number, all: number, level: number): number {
  if (all === 0 || wrong >= all) return 1;
  let low = wrong / all;
  let high = 1;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(wrong, all, middle) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

/** Of a binomial variable, added up in logarithms so that small chances do not vanish. */
function chanceOfAtMost(most: number, all: number, share: number): number {
  let logChance = all * Math.log1p(-share);
  let sum = Math.exp(logChance);
  for (let count = 1; count <= most; count += 1) {
    logChance += Math.log((all - count + 1) / count) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(logChance);
  }
  return sum;
}
