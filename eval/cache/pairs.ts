import { z } from 'zod';
import type { CacheDecision } from '../../src/cache/decision.ts';
import type { EvaluatedCache } from './evaluated-cache.ts';

/** `same`: the answer to `a` is right for `b`. */
export const pairSchema = z.object({
  a: z.string().min(1),
  b: z.string().min(1),
  same: z.boolean(),
  source: z.string().optional(),
  kind: z.string().optional(),
});
export type Pair = z.infer<typeof pairSchema>;

export type JudgedPair = { readonly pair: Pair; readonly decision: CacheDecision };

/** Of the pairs that are the same, and of those that are not: how many are served. */
export type PairsSummary = {
  readonly pairs: number;
  readonly positives: number;
  readonly negatives: number;
  readonly hits: number;
  readonly falseHits: number;
  /** (hits - falseHits) / positives; null without positives. */
  readonly hitRate: number | null;
  /** falseHits / negatives; null without negatives. */
  readonly falseHitRate: number | null;
  /** falseHits / hits; 0 without hits. */
  readonly wrongPerHit: number;
  /** How often a pair that is the same has the higher confidence; refused pairs count as 0. */
  readonly auc: number | null;
};

/** So many are under way at a time, so that the models have more than one to do. */
const AT_A_TIME = 64;

/** Stores `a` and asks `b`, for each pair in a cache of its own: a namespace that nothing else is in. */
export async function judgePairs(
  cache: EvaluatedCache,
  pairs: readonly Pair[],
  onJudged: (done: number) => void = () => {},
): Promise<readonly JudgedPair[]> {
  const judged: JudgedPair[] = [];
  let next = 0;
  let done = 0;
  async function work() {
    for (let at = next++; at < pairs.length; at = next++) {
      const pair = pairs[at];
      if (pair === undefined) return;
      judged[at] = { pair, decision: await judgePair(cache, pair, `pair ${at}`) };
      done += 1;
      onJudged(done);
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return judged;
}

async function judgePair(cache: EvaluatedCache, { a, b }: Pair, namespace: string) {
  await cache.store(a, 'stored', namespace);
  const { decision } = await cache.ask(b, namespace);
  await cache.forget(namespace);
  return decision;
}

export function isHit({ outcome }: CacheDecision): boolean {
  return outcome === 'EXACT' || outcome === 'SEMANTIC';
}

export function summarise(judged: readonly JudgedPair[]): PairsSummary {
  const same = judged.filter(({ pair }) => pair.same);
  const others = judged.filter(({ pair }) => !pair.same);
  const hits = judged.filter(({ decision }) => isHit(decision)).length;
  const falseHits = others.filter(({ decision }) => isHit(decision)).length;
  return {
    pairs: judged.length,
    positives: same.length,
    negatives: others.length,
    hits,
    falseHits,
    hitRate: share(hits - falseHits, same.length),
    falseHitRate: share(falseHits, others.length),
    wrongPerHit: share(falseHits, hits) ?? 0,
    auc: areaUnderCurve(same.map(trust), others.map(trust)),
  };
}

export function summariseBy(
  judged: readonly JudgedPair[],
  groupOf: (pair: Pair) => string,
): { readonly [group: string]: PairsSummary } {
  const groups = Map.groupBy(judged, ({ pair }) => groupOf(pair));
  return Object.fromEntries([...groups].sort().map(([name, group]) => [name, summarise(group)]));
}

function trust({ decision }: JudgedPair): number {
  return decision.outcome === 'EXACT' ? 1 : (decision.confidence ?? 0);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** By ranks, ties counting half (Mann and Whitney 1947). */
function areaUnderCurve(ofSame: readonly number[], ofOthers: readonly number[]): number | null {
  if (ofSame.length === 0 || ofOthers.length === 0) return null;
  const sorted = [...ofOthers].sort((one, other) => one - other);
  const wins = ofSame.reduce((sum, score) => {
    const below = countBelow(sorted, score, false);
    return sum + below + (countBelow(sorted, score, true) - below) / 2;
  }, 0);
  return wins / (ofSame.length * ofOthers.length);
}

function countBelow(sorted: readonly number[], score: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] ?? Number.POSITIVE_INFINITY;
    if (value < score || (orEqual && value === score)) low = middle + 1;
    else high = middle;
  }
  return low;
}
