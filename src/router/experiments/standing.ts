import { type Experiment, type ExperimentChange, NO_RUN, type Standing } from './port.ts';

const NO_REQUESTS = { control: 0, treatment: 0 };

/** How an experiment stands that was never started. */
export const NEVER_STARTED: Standing = {
  state: 'OFF',
  run: NO_RUN,
  share: 0,
  step: null,
  since: null,
  requestsBefore: NO_REQUESTS,
  adopted: null,
  conclusion: null,
};

/** Whether requests are assigned to its arms. */
export function isUnderWay({ state }: Standing): boolean {
  return state === 'RAMPING' || state === 'COLLECTING';
}

/**
 * How an experiment stands after a change. It is `standing` itself when the change does not fit it, or is none.
 *
 * @param now milliseconds since the Unix epoch
 */
export function changed(
  experiment: Experiment,
  standing: Standing,
  change: ExperimentChange,
  now: number,
): Standing {
  switch (change.kind) {
    case 'start':
      return isUnderWay(standing) ? standing : started(experiment, standing, change.share, now);
    case 'stop':
      return standing.state === 'OFF' ? standing : { ...ended(standing, now), state: 'OFF' };
    case 'advance':
      return isAt(standing, change) ? advanced(experiment, standing, change, now) : standing;
    case 'share':
      return isUnderWay(standing) ? atShare(standing, change.share, now) : standing;
    case 'conclude': {
      const { adopted, conclusion } = change;
      if (!isUnderWay(standing) || !hasArm(experiment, adopted)) return standing;
      return { ...ended(standing, now), state: 'CONCLUDED', adopted, conclusion };
    }
    case 'rollBack': {
      const { run, reason: conclusion } = change;
      if (!isUnderWay(standing) || standing.run !== run) return standing;
      return { ...ended(standing, now), state: 'ROLLED_BACK', conclusion };
    }
  }
}

/**
 * A standing as it holds for an experiment that may have been defined anew since: after a step that there is no more the
 * share stays, and an arm that there is no more serves nobody.
 */
export function fitting(experiment: Experiment, standing: Standing): Standing {
  const { state, step, adopted } = standing;
  if (state === 'RAMPING' && experiment.schedule[step ?? 0] === undefined) {
    return { ...standing, state: 'COLLECTING', step: null };
  }
  if (state === 'CONCLUDED' && !hasArm(experiment, adopted)) {
    const conclusion = `The arm ${adopted} was adopted, and the experiment has no such arm any more.`;
    return { ...standing, state: 'OFF', adopted: null, conclusion };
  }
  return standing;
}

function started(
  { schedule: [first] }: Experiment,
  standing: Standing,
  wished: number | null,
  now: number,
): Standing {
  const share = wished ?? first?.share;
  if (share === undefined) return standing;
  return {
    ...NEVER_STARTED,
    state: wished === null ? 'RAMPING' : 'COLLECTING',
    run: nextRun(standing, now),
    share,
    step: wished === null ? 0 : null,
    since: now,
  };
}

/** A point in time, so that no run bears the name of one that was forgotten while its counts were kept. */
function nextRun({ run }: Standing, now: number): string {
  return String(Math.max(now, Number(run) + 1));
}

function advanced(
  { schedule }: Experiment,
  standing: Standing,
  { step, requests }: Extract<ExperimentChange, { kind: 'advance' }>,
  now: number,
): Standing {
  const next = schedule[step + 1];
  if (next === undefined) return { ...standing, state: 'COLLECTING', step: null };
  const { share } = next;
  return { ...standing, share, step: step + 1, since: now, requestsBefore: requests };
}

function atShare(standing: Standing, share: number, now: number): Standing {
  if (share === standing.share && standing.state === 'COLLECTING') return standing;
  return { ...withShare(standing, share, now), state: 'COLLECTING', step: null };
}

function ended(standing: Standing, now: number): Standing {
  return { ...withShare(standing, 0, now), step: null, adopted: null, conclusion: null };
}

function withShare(standing: Standing, share: number, now: number): Standing {
  return share === standing.share ? standing : { ...standing, share, since: now };
}

function isAt({ state, run, step }: Standing, at: { run: string; step: number }): boolean {
  return state === 'RAMPING' && run === at.run && step === at.step;
}

function hasArm({ control, treatment }: Experiment, name: string | null): boolean {
  return name === control.name || name === treatment.name;
}
