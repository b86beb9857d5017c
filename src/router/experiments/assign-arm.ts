import { hash } from 'node:crypto';
import { CELLS } from '../../telemetry/arm-state.ts';
import type { StandingExperiment } from './port.ts';

/** 48 of the 256 bits of a hash, as many as a number keeps exactly with room to spare. */
const SHARE_BYTES = 6;
const CELL_BYTES = 4;

/**
 * The arm of an experiment that a unit is in, and its cell; null: in neither arm.
 *
 * The same unit is always told the same. A larger share takes units in, and moves none from arm to arm or from cell to
 * cell: the treatment grows from the one end of 0..1, the control from the other, until they meet at a share of 0.5.
 * Arms of different experiments, and arm and cell, have nothing to do with one another.
 */
export function assignArm(
  experiment: Pick<StandingExperiment, 'key' | 'standing'>,
  unit: string,
): { readonly arm: 'control' | 'treatment'; readonly cell: number } | null {
  const { share } = experiment.standing;
  if (share <= 0) return null;
  const digest = digestOf(experiment.key, unit);
  const position = positionIn(digest);
  const arm = position < share ? 'treatment' : position >= 1 - share ? 'control' : null;
  // Other bytes of the digest than those of the position: as independent of them as another hash would be.
  return arm && { arm, cell: digest.readUIntBE(SHARE_BYTES, CELL_BYTES) % CELLS };
}

/** Where a unit stands in 0..1 (1 excluded), the same for the same salt: spread evenly, and independent of other salts. */
export function stickyShare(salt: string, unit: string): number {
  return positionIn(digestOf(salt, unit));
}

/** As JSON, so that no salt and unit make the text of another salt and unit. */
function digestOf(salt: string, unit: string): Buffer {
  return hash('sha256', JSON.stringify([salt, unit]), 'buffer');
}

function positionIn(digest: Buffer): number {
  return digest.readUIntBE(0, SHARE_BYTES) / 2 ** (8 * SHARE_BYTES);
}
