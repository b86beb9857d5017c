import type { ModelTier } from '../../domain/request.ts';

/** What an arm does with the requests of those who are assigned to it. */
export type ArmRule =
  /** What the router would do without the experiment. */
  | { readonly kind: 'router' }
  | { readonly kind: 'tier'; readonly tier: ModelTier }
  /** A model that is served, in or outside the tiers. */
  | { readonly kind: 'model'; readonly model: string };

export type Arm = { readonly name: string; readonly rule: ArmRule };

/**
 * Two arms that are given equal shares, so that a ramp changes nothing in how they compare: at a share of 0.1 a tenth of
 * all units is in the treatment, another tenth in the control, and the others in no arm, where nothing changes.
 */
export type Experiment = {
  readonly key: string;
  readonly control: Arm;
  readonly treatment: Arm;
  /** In this order; empty: an operator ramps by hand. */
  readonly schedule: readonly RampStep[];
  readonly guardrails: Guardrails;
};

export type RampStep = {
  /** Of all units that are in the treatment, above 0, at most 0.5. */
  readonly share: number;
  /** The next step comes not before both: so long, and so many requests of each arm since the step began. */
  readonly minMs: number;
  readonly minRequests: number;
};

/**
 * How much worse the treatment may be than the control before it is harm; null: not watched. Zero: not worse at all.
 */
export type Guardrails = {
  /** Difference of the shares of failed requests, 0..1. */
  readonly errorRate: number | null;
  /** Ratio of the 95th percentiles of the time to the first text, less 1. */
  readonly firstTextP95: number | null;
  /** Ratio of the mean costs, less 1. */
  readonly cost: number | null;
  /** Difference of the shares of GOOD among ratings, 0..1. */
  readonly rating: number | null;
};

export type ExperimentState = 'OFF' | 'COLLECTING' | 'RAMPING' | 'CONCLUDED' | 'ROLLED_BACK';

/**
 * Where an experiment stands, for all processes that share it.
 * - OFF: nobody is assigned. RAMPING: it follows its schedule, at `step`. COLLECTING: its share stays.
 * - CONCLUDED: `adopted` serves everybody, nobody is assigned. ROLLED_BACK: as OFF, with the reason why.
 */
export type Standing = {
  readonly state: ExperimentState;
  /**
   * Another with every start from OFF, CONCLUDED or ROLLED_BACK, as what is counted belongs to one run. NO_RUN before the
   * first.
   */
  readonly run: string;
  /** Of all units in the treatment, and as many in the control; 0 unless RAMPING or COLLECTING. */
  readonly share: number;
  /** Index in the schedule; null unless RAMPING. */
  readonly step: number | null;
  /** When the share was last changed, milliseconds since the Unix epoch; null before the first start. */
  readonly since: number | null;
  /** What the arms had counted of this run when the step began. */
  readonly requestsBefore: ArmRequests;
  /** Name of the arm that serves everybody; null unless CONCLUDED. */
  readonly adopted: string | null;
  /** One sentence for a person on why it stands so; null when there is nothing to say. */
  readonly conclusion: string | null;
};

/** The run of an experiment that was never started. */
export const NO_RUN = '0';

export type ArmRequests = { readonly control: number; readonly treatment: number };

/** What an operator, or the watch over the guardrails, does. */
export type ExperimentChange =
  /** Begins a new run, unless one is under way; without a share it follows its schedule, if it has one. */
  | { readonly kind: 'start'; readonly share: number | null }
  /** Goes on with the run that is under way at another share: COLLECTING. */
  | { readonly kind: 'share'; readonly share: number }
  /**
   * The next step of the schedule, or COLLECTING after the last; nothing unless the run stands at `step`. `requests` is
   * what the arms have counted of this run.
   */
  | {
      readonly kind: 'advance';
      readonly run: string;
      readonly step: number;
      readonly requests: ArmRequests;
    }
  /** Ends the run that is under way; `adopted` is the name of an arm. */
  | { readonly kind: 'conclude'; readonly adopted: string; readonly conclusion: string | null }
  /** Nothing unless this run is under way. */
  | { readonly kind: 'rollBack'; readonly run: string; readonly reason: string }
  | { readonly kind: 'stop' };

/**
 * The experiments that are set up, as they stand for all processes that share them.
 *
 * What callers may rely on:
 * - `current` costs nothing and may be asked for every request; what another process changed it tells within a second.
 * - Of changes that come at the same time each is applied to what the one before it left. A change that does not fit
 *   the standing any more changes nothing, and resolves to what stands. `happened` is true for one caller alone, whoever
 *   else wished for the same.
 * - How an experiment stands survives restarts of processes, and of a Redis that keeps its data.
 * - `change` rejects with ExperimentsUnavailable when it cannot be known that it happened; it may be repeated.
 */
export type Experiments = {
  current(): readonly StandingExperiment[];
  /** The caller has checked the values. Null: there is no such experiment. */
  change(key: string, change: ExperimentChange): Promise<ChangedExperiment | null>;
};

export type ChangedExperiment = {
  readonly experiment: StandingExperiment;
  /** False: the change did not fit, or was not one. */
  readonly happened: boolean;
};

export type StandingExperiment = Experiment & { readonly standing: Standing };

/** What keeps the standing of experiments did not confirm a change. The message is for the operator. */
export class ExperimentsUnavailable extends Error {
  override readonly name = 'ExperimentsUnavailable';
}
