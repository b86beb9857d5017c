import type { PairEvidence } from '../../src/cache/semantic/confidence.ts';
import type { EntryIndex } from '../../src/cache/semantic/entry-index.ts';
import { type Judgement, type JudgeOptions, judge } from '../../src/cache/semantic/judge.ts';
import { reuseRefusal } from '../../src/cache/semantic/reuse.ts';
import { normalise } from '../../src/prompt/normalise.ts';
import type { Cluster } from './clusters.ts';
import type { Pair } from './pairs.ts';
import { plainRequest } from './plain-request.ts';

/** What the server makes of one prompt and a stored one, and whether the stored answer is right. */
export type Match = {
  readonly source: string;
  readonly kind: string;
  readonly asked: string;
  readonly stored: string;
  readonly same: boolean;
  /** Of one canonical form. */
  readonly sameForm: boolean;
  readonly refusal: string | null;
  /** Null where none was needed, or a guard refused. */
  readonly evidence: PairEvidence | null;
};

export type Matching = {
  /** Their ids. */
  readonly encoder: string;
  readonly pairModel: string;
  readonly encode: (prompt: string) => Promise<Float32Array>;
  readonly newIndex: () => EntryIndex;
  readonly judging: JudgeOptions;
};

const NEIGHBOURS = 4;
const PARTITION = 'evaluated';

/** One match a pair that is not equal, with nothing beside it. */
export async function matchesOfPairs(
  { encode, judging }: Matching,
  pairs: readonly Pair[],
): Promise<readonly Match[]> {
  return inTurns(pairs, async ({ a, b, same, source = 'pairs', kind = source }) => {
    // Equal prompts are answered without any of this.
    if (normalise(a) === normalise(b)) return [];
    const barred = barredFromReuse(a) ?? barredFromReuse(b);
    const labels = { source, kind, asked: b, same };
    if (barred !== null)
      return [{ ...labels, stored: a, sameForm: false, refusal: barred, evidence: null }];
    const [stored, asked] = await Promise.all([encode(a), encode(b)]);
    const similarity = stored.reduce((sum, part, index) => sum + part * (asked[index] ?? 0), 0);
    const neighbour = { place: placeOf(0), prompt: a, similarity };
    const [judged] = await judge(b, [neighbour], judging);
    return judged === undefined ? [] : [matchOf(judged, labels)];
  });
}

/**
 * Every prompt of the clusters, one after the other in an order that hangs on nothing but its words, against all that
 * came before it: its nearest neighbours, as the server sees them.
 */
export async function matchesOfStream(
  { encode, newIndex, judging }: Matching,
  clusters: readonly Cluster[],
): Promise<readonly (readonly Match[])[]> {
  const index = newIndex();
  const known = new Set<string>();
  const isNew = (prompt: string) => known.size < known.add(normalise(prompt)).size;
  const prompts = clusters
    .flatMap(({ cluster, prompts }) => prompts.map((prompt) => ({ cluster, prompt })))
    .filter(({ prompt }) => barredFromReuse(prompt) === null && isNew(prompt))
    .sort((one, other) => mixed(one.prompt) - mixed(other.prompt));
  const vectors = await inTurns(prompts, async ({ prompt }) => [await encode(prompt)]);
  const lists: (readonly Match[])[] = [];
  for (const [at, { cluster, prompt }] of prompts.entries()) {
    const vector = vectors[at] ?? new Float32Array();
    const neighbours = index.nearest(PARTITION, vector, NEIGHBOURS);
    const judged = await judge(prompt, neighbours, judging);
    lists.push(
      judged.map((each) => {
        const same = prompts[Number(each.neighbour.place.key)]?.cluster === cluster;
        return matchOf(each, { source: 'stream', kind: 'nearest', asked: prompt, same });
      }),
    );
    const expiresAt = Number.MAX_SAFE_INTEGER;
    index.add({
      place: placeOf(at),
      partition: PARTITION,
      prompt,
      vector,
      savesUsd: null,
      expiresAt,
    });
  }
  return lists;
}

/** The kind of refusal; null for a prompt that may be answered in other words. */
function barredFromReuse(prompt: string): string | null {
  return reuseRefusal(plainRequest(prompt))?.kind ?? null;
}

function matchOf(
  { neighbour, refusal, evidence }: Judgement,
  of: Pick<Match, 'source' | 'kind' | 'asked' | 'same'>,
): Match {
  const sameForm = refusal === null && evidence === null;
  return { ...of, stored: neighbour.prompt, sameForm, refusal: refusal?.kind ?? null, evidence };
}

function placeOf(at: number) {
  return { tenant: 'evaluation', namespace: 'default', key: String(at) };
}

/** FNV-1a, 32 bits (RFC 9923). */
function mixed(text: string): number {
  let hash = 0x811c9dc5;
  for (const unit of text) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
}

const AT_A_TIME = 64;

async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const results: (readonly Result[])[] = [];
  for (let at = 0; at < items.length; at += AT_A_TIME) {
    results.push(...(await Promise.all(items.slice(at, at + AT_A_TIME).map(work))));
  }
  return results.flat();
}
