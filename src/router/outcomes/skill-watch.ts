import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../domain/clock.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Explored } from '../skill/explored.ts';
import type { Skill } from '../skill/prove-skill.ts';
import { createLabelling, type LabelledOutcome, type Labelling } from './labelled-outcomes.ts';
import type { OutcomeLog, RoutedOutcome } from './port.ts';
import { ASKED_AGAIN_MS } from './retries.ts';

/** So many entries are taken in before others have their turn. */
const ENTRIES_A_TURN = 200;

export type SkillWatch = AsyncDisposable & {
  /** What was measured last; costs nothing. */
  skill(): Skill;
  /** Reads on now. Resolves when it has, or has failed to; never rejects. */
  look(): Promise<void>;
};

/**
 * Follows the outcome log, and measures the skill of the gain model on the explored requests that it was asked for: of
 * the pair of models that is served, and the last `most` of them. It reads on every `everyMs`, only what is new, and
 * measures again only when something may have changed. A new gain model begins with what the log holds of it, which is
 * nothing at first.
 *
 * While the log is out of reach the skill stays as it was; that is logged once.
 *
 * @param options.gainModel version of the one that is used now; null for none
 * @param options.measure of no requests too
 */
export function createSkillWatch(options: {
  log: Pick<OutcomeLog, 'read'>;
  pair: RoutedOutcome['pair'];
  gainModel: () => string | null;
  measure: (explored: readonly Explored[]) => Skill;
  most: number;
  silenceIsGood: boolean;
  everyMs: number;
  clock: Clock;
  logger: Logger;
}): SkillWatch {
  const { log, pair, measure, clock, logger } = options;
  let version = options.gainModel();
  let labelling = newLabelling(version);
  let skill = measure([]);
  let readTo: string | null = null;
  /** Until then silence may still turn into a sign. */
  let unsettledUntil = 0;
  let failing = false;
  let stopped = false;
  let looking: Promise<void> | null = null;

  function newLabelling(of: string | null): Labelling<ExploredPart> {
    const keep = (outcome: RoutedOutcome) => exploredPart(outcome, pair, of);
    return createLabelling({ ...options, keep });
  }

  function beginAnew(current: string | null) {
    version = current;
    labelling = newLabelling(current);
    skill = measure([]);
    readTo = null;
  }

  async function readOn(): Promise<boolean> {
    let taken = 0;
    for await (const { position, entry } of log.read(readTo)) {
      labelling.take(entry);
      readTo = position;
      unsettledUntil = Math.max(unsettledUntil, entry.at + ASKED_AGAIN_MS);
      taken += 1;
      if (taken % ENTRIES_A_TURN === 0) await nextTurn();
      if (stopped) break;
    }
    return taken > 0;
  }

  async function lookOnce(): Promise<void> {
    const current = options.gainModel();
    if (current !== version) beginAnew(current);
    const mayHaveSettled = unsettledUntil > 0;
    try {
      const hasNews = await readOn();
      if (failing) logger.info({}, 'outcomes of routed requests are read again');
      failing = false;
      if (hasNews || mayHaveSettled) measureAgain();
    } catch (error) {
      if (!failing) logger.warn({ error }, 'outcomes of routed requests not read, the skill stays');
      failing = true;
    }
  }

  function measureAgain() {
    const now = clock.now();
    skill = measure(labelling.labelled(now).flatMap(toExplored));
    if (now > unsettledUntil) unsettledUntil = 0;
  }

  async function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = null;
    });
    await looking;
  }

  const timer = setInterval(() => void look(), options.everyMs);
  timer.unref();

  return {
    skill: () => skill,
    look,
    async [Symbol.asyncDispose]() {
      stopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** What is kept of an outcome: a number or two, since there are thousands. */
type ExploredPart = Pick<Explored, 'score' | 'familiarity' | 'propensity'> & {
  readonly tier: RoutedOutcome['tier'];
};

/** Null for what was not explored, or says nothing of this gain model for this pair. */
function exploredPart(
  outcome: RoutedOutcome,
  pair: RoutedOutcome['pair'],
  gainModel: string | null,
): ExploredPart | null {
  const { chosenBy, expectedGain, familiarity, propensity, tier, answeredBy } = outcome;
  const isOfPair = outcome.pair.small === pair.small && outcome.pair.large === pair.large;
  if (chosenBy !== 'exploration' || !isOfPair) return null;
  if (outcome.gainModel !== gainModel || expectedGain === null) return null;
  // Another model took over: the coin did not pick that one.
  if (answeredBy !== tier) return null;
  return { score: expectedGain, familiarity: familiarity ?? 0, propensity, tier };
}

function toExplored({ outcome, quality }: LabelledOutcome<ExploredPart>): Explored[] {
  if (quality === null) return [];
  const { tier, ...part } = outcome;
  const small = tier === 'SMALL' ? quality : null;
  return [{ ...part, small, large: small === null ? quality : null }];
}
