import type { Clock } from '../../domain/clock.ts';
import type { ArmState } from '../../telemetry/arm-state.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { armsOf, requestsOf } from './arm-totals.ts';
import type { judgeGuardrails } from './guardrails.ts';
import { type ArmRequests, type Experiments, NO_RUN, type StandingExperiment } from './port.ts';
import type { sampleRatio } from './sample-ratio.ts';
import { isUnderWay } from './standing.ts';

/** What was found of a run when it was last looked at. */
export type ExperimentJudgement = {
  readonly run: string;
  readonly guardrails: ReturnType<typeof judgeGuardrails>;
  readonly sampleRatio: ReturnType<typeof sampleRatio>;
};

export type Guardian = AsyncDisposable & {
  /** Looks now. Never rejects. */
  look(): Promise<void>;
  /** By the key of the experiment, of the run that it stands at; none of one that was not looked at yet. */
  judgements(): ReadonlyMap<string, ExperimentJudgement>;
};

/**
 * Watches over the experiments that are under way, every `everyMs`: what does harm is rolled back, with the reason, and
 * what follows a schedule goes to its next step when that is due. A run that has ended is looked at once more, for the
 * record.
 *
 * Every process does so, on the counts of all of them. The port sees to it that what several wish happens once. While the
 * counts cannot be read, or a change is not confirmed, it is tried again at the next look.
 *
 * @param options.readArms what the arms of all runs did, of all tenants and processes, since ever
 */
export function createGuardian(options: {
  experiments: Experiments;
  readArms: () => Promise<readonly ArmState[]>;
  judge: typeof judgeGuardrails;
  sampleRatio: typeof sampleRatio;
  clock: Clock;
  everyMs: number;
  logger: Logger;
}): Guardian {
  const { experiments, readArms, logger } = options;
  const found = new Map<string, ExperimentJudgement>();
  /** The ends of runs that were looked at. */
  const over = new Map<string, string>();
  let looking: Promise<void> | null = null;
  let failing = false;

  async function lookAtAll(): Promise<void> {
    const watched = experiments.current().filter(isToWatch);
    if (watched.length === 0) return;
    try {
      const counted = await readArms();
      await eachOf(watched.map((experiment) => lookAt(experiment, counted)));
      if (failing) logger.info({}, 'experiments are watched again');
      failing = false;
    } catch (error) {
      if (!failing) logger.warn({ error }, 'experiments cannot be watched, they stay as they are');
      failing = true;
    }
  }

  function isToWatch({ key, standing }: StandingExperiment): boolean {
    if (standing.run === NO_RUN) return false;
    return isUnderWay(standing) || over.get(key) !== standing.run;
  }

  async function lookAt(
    experiment: StandingExperiment,
    counted: readonly ArmState[],
  ): Promise<void> {
    const { key, guardrails, standing } = experiment;
    const arms = armsOf(experiment, counted);
    const judgement: ExperimentJudgement = {
      run: standing.run,
      guardrails: options.judge(guardrails, arms.control, arms.treatment),
      sampleRatio: options.sampleRatio(arms.control, arms.treatment),
    };
    warnOfMismatch(key, judgement);
    found.set(key, judgement);
    if (!isUnderWay(standing)) over.set(key, standing.run);
    else await act(experiment, judgement, requestsOf(arms));
  }

  function warnOfMismatch(experiment: string, { run, sampleRatio }: ExperimentJudgement): void {
    const before = found.get(experiment);
    const wasKnown = before?.run === run && before.sampleRatio.mismatch;
    if (!sampleRatio.mismatch || wasKnown) return;
    logger.warn({ experiment, run, reason: sampleRatio.reason }, 'experiment held at its share');
  }

  async function act(
    experiment: StandingExperiment,
    { guardrails, sampleRatio }: ExperimentJudgement,
    requests: ArmRequests,
  ): Promise<void> {
    const { run, step } = experiment.standing;
    if (guardrails.verdict === 'harm') return rollBack(experiment, guardrails.reason ?? 'Harm.');
    if (step === null || sampleRatio.mismatch) return;
    if (!isDue(experiment, step, requests, options.clock.now())) return;
    await experiments.change(experiment.key, { kind: 'advance', run, step, requests });
  }

  async function rollBack(
    { key, standing: { run } }: StandingExperiment,
    reason: string,
  ): Promise<void> {
    const changed = await experiments.change(key, { kind: 'rollBack', run, reason });
    if (changed?.happened) logger.warn({ experiment: key, run, reason }, 'experiment rolled back');
  }

  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null;
    });
    return looking;
  }

  const timer = setInterval(() => void look(), options.everyMs);
  timer.unref();

  return {
    look,
    judgements: () => found,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}

/** Rejects with the first failure when all have ended. */
async function eachOf(looks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(looks);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Whether a step has lasted as long, and each arm counted as many requests since it began, as the schedule asks for. */
function isDue(
  { schedule, standing: { since, requestsBefore } }: StandingExperiment,
  step: number,
  requests: ArmRequests,
  now: number,
): boolean {
  const due = schedule[step];
  if (due === undefined) return true;
  const { minMs, minRequests } = due;
  return (
    now - (since ?? 0) >= minMs &&
    countedSince(requestsBefore.control, requests.control) >= minRequests &&
    countedSince(requestsBefore.treatment, requests.treatment) >= minRequests
  );
}

/** Counts that were lost begin anew. */
function countedSince(before: number, now: number): number {
  return now < before ? now : now - before;
}
