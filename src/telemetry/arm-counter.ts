import type { ExperimentAssignment } from '../router/port.ts';
import { type ArmState, type CellState, firstTextStep } from './arm-state.ts';
import { failedUpstream } from './model-counter.ts';
import type { RequestRecord } from './statistics.ts';
import { type StepCounter, stepCounter } from './step-counter.ts';

/** What one arm did in one run of its experiment. A part of a bucket. */
export type ArmCounter = {
  /** Counts a request of this arm that a model was asked for. */
  add(request: RequestRecord, cell: number): void;
  /** Counts a verdict on an answer that a model gave to a request of this arm. */
  rate(cell: number, isGood: boolean): void;
  merge(other: ArmState): void;
  state(): ArmState;
};

type Cell = { -readonly [key in Numbers]: CellState[key] } & { readonly firstTexts: StepCounter };

type Numbers = Exclude<keyof CellState, 'cell' | 'firstTextSteps' | 'firstTextCounts'>;

/** An arm answers for all that its requests met, whichever model took over: else a fallback would hide its failures. */
export function armCounter({
  experiment,
  run,
  arm,
}: Pick<ExperimentAssignment, 'experiment' | 'run' | 'arm'>): ArmCounter {
  const cells = new Map<number, Cell>();

  function cellAt(place: number): Cell {
    const known = cells.get(place);
    if (known) return known;
    const created = emptyCell();
    cells.set(place, created);
    return created;
  }

  return {
    add(request, place) {
      const cell = cellAt(place);
      cell.requests += 1;
      if (failedUpstream(request) || request.fallbacks.length > 0) cell.failures += 1;
      if (request.costUsd !== null) {
        cell.priced += 1;
        cell.costUsd += request.costUsd;
      }
      const waitedMs = waitedForText(request);
      if (waitedMs === null || !Number.isFinite(waitedMs)) return;
      cell.firstTexts.add(firstTextStep(waitedMs));
    },
    rate(place, isGood) {
      const cell = cellAt(place);
      cell.ratings += 1;
      if (isGood) cell.goodRatings += 1;
    },
    merge(other) {
      for (const state of other.cells) mergeInto(cellAt(state.cell), state);
    },
    state: () => ({
      experiment,
      run,
      arm,
      cells: [...cells].sort(byNumber).map(([place, cell]) => stateOf(place, cell)),
    }),
  };
}

/** Who left before there was a text would have waited longer still: without him an arm that hangs would look fast. */
function waitedForText({ firstTokenMs, status, totalMs }: RequestRecord): number | null {
  return firstTokenMs === null && status === 'CANCELLED' ? totalMs : firstTokenMs;
}

/** The same with all that was counted in cell 0: what the arm did, without how far that may be off. */
export function inOneCell(state: ArmState): ArmState {
  const counter = armCounter(state);
  counter.merge({ ...state, cells: state.cells.map((cell) => ({ ...cell, cell: 0 })) });
  return counter.state();
}

function emptyCell(): Cell {
  return {
    requests: 0,
    failures: 0,
    priced: 0,
    costUsd: 0,
    ratings: 0,
    goodRatings: 0,
    firstTexts: stepCounter(),
  };
}

function mergeInto(cell: Cell, other: CellState): void {
  cell.requests += other.requests;
  cell.failures += other.failures;
  cell.priced += other.priced;
  cell.costUsd += other.costUsd;
  cell.ratings += other.ratings;
  cell.goodRatings += other.goodRatings;
  cell.firstTexts.merge({ steps: other.firstTextSteps, counts: other.firstTextCounts });
}

function stateOf(place: number, { firstTexts, ...numbers }: Cell): CellState {
  const { steps, counts } = firstTexts.state();
  return { cell: place, ...numbers, firstTextSteps: steps, firstTextCounts: counts };
}

function byNumber([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number {
  return a - b;
}
