import type { ArmState, CellState } from '../../src/telemetry/arm-state.ts';

/** An arm that counted something in its first cells, as many as asked for. */
export function countedArm(
  cells: number,
  counted: (cell: number) => Partial<CellState>,
  arm = 'treatment',
): ArmState {
  return {
    experiment: 'routing',
    run: '1',
    arm,
    cells: Array.from({ length: cells }, (_, cell) => ({ ...NOTHING, ...counted(cell), cell })),
  };
}

const NOTHING: Omit<CellState, 'cell'> = {
  requests: 0,
  failures: 0,
  priced: 0,
  costUsd: 0,
  ratings: 0,
  goodRatings: 0,
  firstTextSteps: [],
  firstTextCounts: [],
};
