/** Farther out the log-odds of a share would say more than any number of outcomes can. */
const NEAREST = 0.005;

/** Of a share 0..1; finite. */
export function logOdds(share: number): number {
  const inside = Math.min(1 - NEAREST, Math.max(NEAREST, share));
  return Math.log(inside / (1 - inside));
}

export function probability(odds: number): number {
  return 1 / (1 + Math.exp(-odds));
}
