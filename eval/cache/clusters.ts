import { z } from 'zod';
import { seededRandom } from '../../test/support/seeded-random.ts';
import type { EvaluatedCache } from './evaluated-cache.ts';

/** Prompts of one cluster ask the same. */
export const clusterSchema = z.object({
  cluster: z.union([z.number(), z.string()]),
  prompts: z.array(z.string().min(1)).min(1),
});
export type Cluster = z.infer<typeof clusterSchema>;

export type StreamSummary = {
  readonly requests: number;
  readonly exactHits: number;
  readonly semanticHits: number;
  /** Hits on the answer to a prompt of another cluster. */
  readonly wrongHits: number;
  readonly hitRate: number;
  readonly wrongPerHit: number;
  readonly wrongPerRequest: number;
};

/** A request of the stream, and what it was answered with. */
export type StreamedRequest = {
  readonly prompt: string;
  readonly cluster: Cluster['cluster'];
  readonly outcome: string;
  readonly matchedPrompt: string | null;
  readonly confidence: number | null;
  readonly similarity: number | null;
  readonly right: boolean | null;
};

/**
 * Sends a stream of prompts through one cache, each after the one before: a prompt that is not answered from the cache
 * is answered by a model, and that answer kept. Prompts are drawn by Zipf's law, the n-th most frequent with a chance in
 * proportion to 1/n; which is how frequent is drawn before. The answer is the name of the prompt's cluster.
 *
 * @param seed the same seed draws the same stream
 */
export async function streamClusters(
  cache: EvaluatedCache,
  clusters: readonly Cluster[],
  options: { readonly requests: number; readonly seed: number },
  onRequest: (request: StreamedRequest) => void = () => {},
): Promise<StreamSummary> {
  const random = seededRandom(options.seed);
  const prompts = shuffled(
    clusters.flatMap(({ cluster, prompts }) => prompts.map((prompt) => ({ cluster, prompt }))),
    random,
  );
  const draw = zipf(prompts.length, random);
  const counts = { exactHits: 0, semanticHits: 0, wrongHits: 0 };

  for (let sent = 0; sent < options.requests; sent += 1) {
    const asked = prompts[draw()];
    if (asked === undefined) break;
    const { cluster, prompt } = asked;
    const { decision, answer } = await cache.ask(prompt);
    const right = answer === null ? null : answer === String(cluster);
    if (answer === null) await cache.store(prompt, String(cluster));
    if (decision.outcome === 'EXACT') counts.exactHits += 1;
    if (decision.outcome === 'SEMANTIC') counts.semanticHits += 1;
    if (right === false) counts.wrongHits += 1;
    const { outcome, matchedPrompt, confidence, similarity } = decision;
    onRequest({ prompt, cluster, outcome, matchedPrompt, confidence, similarity, right });
  }
  return summaryOf(options.requests, counts);
}

function summaryOf(
  requests: number,
  counts: Pick<StreamSummary, 'exactHits' | 'semanticHits' | 'wrongHits'>,
): StreamSummary {
  const hits = counts.exactHits + counts.semanticHits;
  return {
    requests,
    ...counts,
    hitRate: hits / requests,
    wrongPerHit: hits === 0 ? 0 : counts.wrongHits / hits,
    wrongPerRequest: counts.wrongHits / requests,
  };
}

/** Fisher and Yates (1938). */
function shuffled<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const left = [...items];
  const drawn: Item[] = [];
  while (left.length > 0) {
    const at = Math.floor(random() * left.length);
    const last = left.pop();
    if (last === undefined) break;
    drawn.push(at < left.length ? (left.splice(at, 1, last)[0] as Item) : last);
  }
  return drawn;
}

/** Draws ranks from 0 to `count` - 1, rank r with a chance in proportion to 1 / (r + 1). */
function zipf(count: number, random: () => number): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= count; rank += 1) {
    sum += 1 / rank;
    sums.push(sum);
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
