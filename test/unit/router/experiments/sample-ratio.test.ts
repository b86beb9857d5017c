import { describe, expect, it } from 'vitest';
import { sampleRatio } from '../../../../src/router/experiments/sample-ratio.ts';
import { countedArm } from '../../../support/counted-arm.ts';

const control = countedArm(64, (cell) => ({ requests: 20 + (cell % 7) }), 'control');

describe('the sample ratio', () => {
  it('fits two arms without a request', () => {
    expect(
      sampleRatio(
        countedArm(0, () => ({})),
        countedArm(0, () => ({})),
      ),
    ).toEqual({
      ...{ control: 0, treatment: 0, mismatch: false, reason: null },
    });
  });

  it('fits arms of about one size', () => {
    const treatment = countedArm(64, (cell) => ({ requests: 19 + (cell % 9) }));
    expect(sampleRatio(control, treatment)).toMatchObject({ mismatch: false, reason: null });
  });

  it('does not fit arms of which one lost every third request', () => {
    const treatment = countedArm(64, (cell) => ({ requests: 13 + (cell % 7) }));
    expect(sampleRatio(control, treatment)).toEqual({
      control: 1_469,
      treatment: 1_021,
      mismatch: true,
      reason:
        'Sample ratio: 1021 requests in the treatment and 1469 in the control, which have equal shares.',
    });
    expect(sampleRatio(treatment, control).mismatch).toBe(true);
  });

  it('does not fit an arm that nobody is in', () => {
    const treatment = countedArm(0, () => ({}));
    expect(sampleRatio(control, treatment).mismatch).toBe(true);
  });

  it('fits an arm in which one user makes most requests', () => {
    const treatment = countedArm(64, (cell) => ({
      requests: cell === 5 ? 9_000 : 20 + (cell % 7),
    }));
    expect(sampleRatio(control, treatment).mismatch).toBe(false);
  });
});
