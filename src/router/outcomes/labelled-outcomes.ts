import type { OutcomeEntry, RoutedOutcome } from './port.ts';
import { ASKED_AGAIN_MS, createRetryFinder } from './retries.ts';

/** How good an answer was, as far as there is any sign of it: 1 good, 0 bad, null not known. */
export type LabelledOutcome<Kept> = { readonly outcome: Kept; readonly quality: number | null };

/** Joins what is logged of answers with what was said of them later. */
export type Labelling<Kept> = {
  /** In the order of the log. One that comes again changes nothing. */
  take(entry: OutcomeEntry): void;
  /**
   * What is kept, oldest first.
   *
   * @param now milliseconds since the Unix epoch
   */
  labelled(now: number): readonly LabelledOutcome<Kept>[];
};

/** Ratings may be logged before the outcome that they are of; so many wait for theirs. */
const MOST_EARLY_RATINGS = 1_000;

type Known<Kept> = {
  readonly kept: Kept;
  readonly at: number;
  /** What the outcome says by itself. */
  readonly sign: 'bad' | 'none' | 'says nothing';
  verdict: 'GOOD' | 'BAD' | null;
  askedAgain: boolean;
};

/**
 * The quality of an answer is, by the first of these that applies:
 * - what somebody rated it: GOOD is 1, BAD is 0, the first rating counts;
 * - null when it failed: that is a statement on the model's server;
 * - 0 when it was truncated, refused, empty or no valid JSON, or when the same person asked the same again soon after;
 * - null when its caller cancelled it, or when somebody may still ask again;
 * - 1 when nothing was said against it, if `silenceIsGood`; else null.
 *
 * That silence counts has a price: many bad answers are taken without a word, so that both models look better than they
 * are, and the gain of the large one smaller, by the share of bad answers that show no sign. It does not turn the sign
 * of a gain unless the models' faults are noticed unequally often: a model that is wrong in a way that nobody
 * notices looks better than one that refuses. Without silence hardly anything but faults is left to learn from, which is
 * worse unless most answers are rated.
 *
 * @param options.keep what to keep of an outcome; null for nothing
 * @param options.most how many are kept; the oldest go first
 */
export function createLabelling<Kept>(options: {
  keep: (outcome: RoutedOutcome) => Kept | null;
  most: number;
  silenceIsGood: boolean;
}): Labelling<Kept> {
  const { keep, most, silenceIsGood } = options;
  const retries = createRetryFinder({ withinMs: ASKED_AGAIN_MS });
  const known = new Map<string, Known<Kept>>();
  const earlyRatings = new Map<string, 'GOOD' | 'BAD'>();

  function takeOutcome(outcome: RoutedOutcome) {
    const { generationId } = outcome;
    const kept = known.has(generationId) ? null : keep(outcome);
    if (kept !== null) {
      const verdict = earlyRatings.get(generationId) ?? null;
      known.set(generationId, {
        ...{ kept, verdict, at: outcome.at, sign: signOf(outcome), askedAgain: false },
      });
      earlyRatings.delete(generationId);
      dropOldest(known, most);
    }
    for (const change of retries.see(outcome)) {
      const changed = known.get(change.generationId);
      if (changed !== undefined) changed.askedAgain = change.askedAgain;
    }
  }

  function takeRating(generationId: string, verdict: 'GOOD' | 'BAD') {
    const rated = known.get(generationId);
    if (rated !== undefined) rated.verdict ??= verdict;
    else if (!earlyRatings.has(generationId)) earlyRatings.set(generationId, verdict);
    dropOldest(earlyRatings, MOST_EARLY_RATINGS);
  }

  function qualityOf({ verdict, sign, askedAgain, at }: Known<Kept>, now: number): number | null {
    if (verdict !== null) return verdict === 'GOOD' ? 1 : 0;
    if (sign === 'bad' || askedAgain) return 0;
    if (sign === 'says nothing' || now - at <= ASKED_AGAIN_MS) return null;
    return silenceIsGood ? 1 : null;
  }

  return {
    take(entry) {
      if (entry.kind === 'outcome') takeOutcome(entry);
      else takeRating(entry.generationId, entry.verdict);
    },
    labelled: (now) =>
      [...known.values()].map((each) => ({ outcome: each.kept, quality: qualityOf(each, now) })),
  };
}

function signOf({ status, signals }: RoutedOutcome): Known<unknown>['sign'] {
  if (status !== 'FINISHED') return 'says nothing';
  return signals.length > 0 ? 'bad' : 'none';
}

function dropOldest(entries: Map<string, unknown>, most: number) {
  for (const oldest of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(oldest);
  }
}
