/** The price of the small model, as a share of the large one's: 0.06 to 0.20 USD a million tokens. */
export const PRICE_RATIO = 0.3;

/** What one prompt counts for in a trade-off. */
export type Scored = {
  /** Prompts go to the large model from the highest one on. */
  readonly score: number;
  readonly small: number;
  readonly large: number;
};

/** Prompts of equal scores, the highest scores first. */
export type Ranking = readonly (readonly number[])[];

export type Point = { readonly largeShare: number; readonly quality: number };

export function rankingOf(rows: readonly Scored[]): Ranking {
  const groups = Map.groupBy(rows.keys(), (at) => rows[at]?.score ?? 0);
  return [...groups].sort(([one], [other]) => other - one).map(([, group]) => group);
}

/**
 * The mean quality over the share that goes to the large model, from none to all. Among equal scores a coin decides: a
 * straight line.
 *
 * @param weights how often each row counts; once without them
 */
export function tradeOff(
  rows: readonly Scored[],
  ranking: Ranking,
  weights?: Uint16Array,
): readonly Point[] {
  const weightOf = (at: number) => (weights === undefined ? 1 : (weights[at] ?? 0));
  let count = 0;
  let quality = 0;
  for (const [at, { small }] of rows.entries()) {
    count += weightOf(at);
    quality += weightOf(at) * small;
  }
  const points: Point[] = [{ largeShare: 0, quality: quality / count }];
  let asked = 0;
  for (const group of ranking) {
    for (const at of group) {
      const row = rows[at];
      if (row === undefined) continue;
      asked += weightOf(at);
      quality += weightOf(at) * (row.large - row.small);
    }
    points.push({ largeShare: asked / count, quality: quality / count });
  }
  return points;
}

/**
 * Average performance gap recovered (Ong et al. 2024): of the way from the small to the large model's quality, the share
 * that is gone on average over all shares of the large model; the exact area under the curve. 0.5 for a coin.
 */
export function apgrOf(points: readonly Point[]): number {
  const { lowest, highest } = endsOf(points);
  // From the middle between the two on, so that a coin has exactly a half, whatever is rounded.
  const middle = (lowest + highest) / 2;
  let area = 0;
  for (const [at, { largeShare, quality }] of points.entries()) {
    const before = points[at - 1];
    if (before === undefined) continue;
    area += (largeShare - before.largeShare) * ((quality + before.quality) / 2 - middle);
  }
  return 0.5 + area / (highest - lowest);
}

/**
 * The least cost at which so much of the large model's quality is reached, as a share of the cost of asking it always.
 * Never more than 1: that reaches it.
 */
export function costAt(points: readonly Point[], qualityKept: number): number {
  return PRICE_RATIO + (1 - PRICE_RATIO) * shareFor(points, qualityKept);
}

function shareFor(points: readonly Point[], qualityKept: number): number {
  const wanted = qualityKept * endsOf(points).highest - 1e-12;
  for (const [at, { largeShare, quality }] of points.entries()) {
    if (quality < wanted) continue;
    const before = points[at - 1];
    if (before === undefined) return 0;
    const part = (wanted - before.quality) / (quality - before.quality);
    return before.largeShare + part * (largeShare - before.largeShare);
  }
  return 1;
}

function endsOf(points: readonly Point[]) {
  return { lowest: points[0]?.quality ?? 0, highest: points.at(-1)?.quality ?? 0 };
}
