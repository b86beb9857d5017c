import type { PromptFeatures } from '../src/router/gain/prompt-features.ts';
import { decodeFeatures, type EncodedFeatures } from '../src/router/gain/stored-features.ts';
import type { TrainingOutcome } from '../src/router/gain/training-outcome.ts';
import { createLabelling } from '../src/router/outcomes/labelled-outcomes.ts';
import type { LoggedEntry, RoutedOutcome } from '../src/router/outcomes/port.ts';

/** Of an outcome what it is trained on; small, since there may be a hundred thousand. */
type Logged = {
  readonly at: number;
  readonly answeredBy: 'SMALL' | 'LARGE';
  readonly features: EncodedFeatures | null;
  readonly encoder: string | null;
  readonly prompt: string | null;
};

export type TrainingFromLog = {
  readonly outcomes: readonly TrainingOutcome[];
  /** Id of the encoder that the vectors are of; null for no vectors. */
  readonly encoder: string | null;
  /** Outcomes of the pair, with or without a sign of how good they were. */
  readonly ofPair: number;
  /** Of those with a sign, how many had features that this version cannot read, and no prompt to make them of. */
  readonly unreadable: number;
  /** When the first and the last that are trained on ended, milliseconds since the Unix epoch; null without any. */
  readonly span: { readonly from: number; readonly to: number } | null;
  /** The pairs that the log has, with their counts, the most frequent first. */
  readonly pairs: readonly { readonly pair: RoutedOutcome['pair']; readonly count: number }[];
};

/** More than any log holds. */
const ALL = 10_000_000;

/**
 * What can be learned from an outcome log about a pair of models.
 *
 * @param options.encode makes a prompt's vector, for outcomes whose features are of another version; its encoder's id
 * @param options.now milliseconds since the Unix epoch: to an answer of just now somebody may still react
 */
export async function trainingFromLog(
  entries: AsyncIterable<LoggedEntry>,
  options: {
    pair: RoutedOutcome['pair'];
    silenceIsGood: boolean;
    now: number;
    featuresOf: (prompt: string) => Promise<{ features: PromptFeatures; encoder: string | null }>;
  },
): Promise<TrainingFromLog> {
  const { pair, silenceIsGood, now, featuresOf } = options;
  const counts = new Map<string, number>();
  const keep = (outcome: RoutedOutcome) => (isOfPair(outcome, pair) ? loggedPart(outcome) : null);
  const labelling = createLabelling({ keep, most: ALL, silenceIsGood });
  for await (const { entry } of entries) {
    labelling.take(entry);
    if (entry.kind !== 'outcome') continue;
    const named = JSON.stringify([entry.pair.small, entry.pair.large]);
    counts.set(named, (counts.get(named) ?? 0) + 1);
  }
  const ofPair = labelling.labelled(now);
  const labelled = ofPair.filter(({ quality }) => quality !== null);
  const read: { logged: Logged; quality: number | null; seen: Seen }[] = [];
  for (const { outcome: logged, quality } of labelled) {
    const seen = await featuresIn(logged, featuresOf);
    if (seen !== null) read.push({ logged, quality, seen });
  }
  const encoder = mostFrequentEncoder(read.map(({ seen }) => seen));
  return {
    outcomes: read.map(({ logged, quality, seen }) => ({
      features: ofEncoder(seen, encoder),
      small: logged.answeredBy === 'SMALL' ? quality : null,
      large: logged.answeredBy === 'LARGE' ? quality : null,
    })),
    encoder,
    ofPair: ofPair.length,
    unreadable: labelled.length - read.length,
    span: spanOf(read.map(({ logged }) => logged.at)),
    pairs: pairsOf(counts),
  };
}

type Seen = { readonly features: PromptFeatures; readonly encoder: string | null };

function isOfPair(outcome: RoutedOutcome, pair: RoutedOutcome['pair']): boolean {
  return outcome.pair.small === pair.small && outcome.pair.large === pair.large;
}

/** Null for an answer of a model outside the two. */
function loggedPart({ at, answeredBy, model, pair, ...outcome }: RoutedOutcome): Logged | null {
  const { features, encoder, prompt } = outcome;
  const isOfTier = model === (answeredBy === 'SMALL' ? pair.small : pair.large);
  if (answeredBy === null || !isOfTier) return null;
  return { at, answeredBy, features, encoder, prompt };
}

async function featuresIn(
  { features: encoded, encoder, prompt }: Logged,
  featuresOf: (prompt: string) => Promise<Seen>,
): Promise<Seen | null> {
  const features = encoded && decodeFeatures(encoded);
  if (features !== null) return { features, encoder };
  return prompt === null ? null : featuresOf(prompt);
}

/** Vectors of different encoders have nothing in common. */
function ofEncoder({ features, encoder: its }: Seen, encoder: string | null): PromptFeatures {
  return its === encoder ? features : { ...features, vector: null };
}

function mostFrequentEncoder(seen: readonly Seen[]): string | null {
  const counts = new Map<string, number>();
  for (const { features, encoder } of seen) {
    if (encoder !== null && features.vector !== null) {
      counts.set(encoder, (counts.get(encoder) ?? 0) + 1);
    }
  }
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  return first?.[0] ?? null;
}

function spanOf(times: readonly number[]): TrainingFromLog['span'] {
  if (times.length === 0) return null;
  const from = times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY);
  return { from, to: times.reduce((most, at) => Math.max(most, at), from) };
}

function pairsOf(counts: ReadonlyMap<string, number>): TrainingFromLog['pairs'] {
  return [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([named, count]) => {
      const [small = '', large = ''] = JSON.parse(named) as string[];
      return { pair: { small, large }, count };
    });
}
