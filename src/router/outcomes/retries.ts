import type { RoutedOutcome } from './port.ts';
import { asksTheSame, type PromptSketch } from './prompt-sketch.ts';

/** How long after an answer the same question is asked again because of it, unless told otherwise. */
export const ASKED_AGAIN_MS = 5 * 60_000;

/** Nobody asks the same more often: what does is a program that fills in a form. */
const MOST_ALIKE = 3;

/** So many outcomes of one who asks are remembered, and so many askers. */
const MOST_OF_ONE = 20;
const MOST_ASKERS = 5_000;

/** Whether an outcome turned out to be one whose question was asked again, or not to be one after all. */
export type AskedAgain = { readonly generationId: string; readonly askedAgain: boolean };

export type RetryFinder = {
  /** Takes an outcome in, and tells for which ones that changes anything. */
  see(outcome: RoutedOutcome): readonly AskedAgain[];
};

type Seen = {
  readonly generationId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly sketch: PromptSketch;
  /** How many others asked the same shortly before, meanwhile or after. */
  alike: number;
  /** Whether one of them came after. */
  repeated: boolean;
};

/**
 * Finds, among outcomes that come in the order in which they were logged, those whose question the same person asked
 * again soon after the answer. It is derived from the log alone, so that it does not matter which process answered.
 *
 * A question that begins before the answer is there is no reaction to it. When the same is asked more than four times in
 * a row, none of them counts. It remembers a bounded number of outcomes.
 *
 * @param options.withinMs from the end of an answer to the next question
 */
export function createRetryFinder({ withinMs }: { withinMs: number }): RetryFinder {
  const askers = new Map<string, readonly Seen[]>();

  function remember(unit: string, seen: readonly Seen[]) {
    // Put in anew, so that the one who has been silent for longest is forgotten first.
    askers.delete(unit);
    askers.set(unit, seen.slice(-MOST_OF_ONE));
    if (askers.size <= MOST_ASKERS) return;
    const [oldest] = askers.keys();
    if (oldest !== undefined) askers.delete(oldest);
  }

  return {
    see(outcome) {
      const { unit, sketch, generationId, at, totalMs } = outcome;
      if (unit === null || sketch === null) return [];
      const startedAt = at - totalMs;
      const seen: Seen = {
        ...{ generationId, sketch, startedAt, endedAt: at },
        ...{ alike: 0, repeated: false },
      };
      const before = (askers.get(unit) ?? []).filter(
        (each) => each.endedAt >= startedAt - withinMs,
      );
      if (before.some((each) => each.generationId === generationId)) return [];
      const alike = before.filter((each) => asksTheSame(each.sketch, sketch));
      const changed = alike.flatMap((other) => relate(other, seen, withinMs));
      remember(unit, [...before, seen]);
      return isAskedAgain(seen) ? [...changed, toAskedAgain(seen)] : changed;
    },
  };
}

/** Counts two outcomes of one question for each other; tells when that makes a difference for the first. */
function relate(other: Seen, seen: Seen, withinMs: number): readonly AskedAgain[] {
  if (isSoonAfter(other, seen, withinMs)) seen.repeated = true;
  else if (other.startedAt - seen.endedAt > withinMs) return [];
  const before = isAskedAgain(other);
  if (isSoonAfter(seen, other, withinMs)) other.repeated = true;
  other.alike += 1;
  seen.alike += 1;
  return isAskedAgain(other) === before ? [] : [toAskedAgain(other)];
}

function isSoonAfter(later: Seen, earlier: Seen, withinMs: number): boolean {
  const pauseMs = later.startedAt - earlier.endedAt;
  return pauseMs >= 0 && pauseMs <= withinMs;
}

function isAskedAgain({ repeated, alike }: Seen): boolean {
  return repeated && alike <= MOST_ALIKE;
}

function toAskedAgain(seen: Seen): AskedAgain {
  return { generationId: seen.generationId, askedAgain: isAskedAgain(seen) };
}
