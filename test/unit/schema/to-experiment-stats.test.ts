import { describe, expect, it } from 'vitest';
import type { ExperimentJudgement } from '../../../src/router/experiments/guardian.ts';
import type { Standing } from '../../../src/router/experiments/port.ts';
import { NEVER_STARTED } from '../../../src/router/experiments/standing.ts';
import { toExperimentStats } from '../../../src/schema/to-experiment-stats.ts';
import { firstTextStep, msOfStep } from '../../../src/telemetry/arm-state.ts';
import { armWith, sampleExperiment } from '../../support/sample-experiment.ts';

const operator = { operator: true };
const tenant = { operator: false };

const running: Standing = {
  ...NEVER_STARTED,
  state: 'RAMPING',
  run: '7',
  share: 0.1,
  step: 0,
  since: 5,
};
const rolledBack: Standing = {
  ...{ ...running, state: 'ROLLED_BACK', share: 0, step: null },
  conclusion: 'Errors: 12.4 % of 812 requests failed.',
};

const judgement: ExperimentJudgement = {
  run: '7',
  guardrails: {
    verdict: 'fine',
    guardrails: [
      {
        ...{ name: 'firstTextP95', tolerance: 0.25, worseByAtLeast: null, harmed: false },
        control: { value: 1_200, count: 30 },
        treatment: { value: null, count: 0 },
      },
    ],
    reason: null,
  },
  sampleRatio: { control: 30, treatment: 0, mismatch: false, reason: null },
};

function standing(now: Standing) {
  return { ...sampleExperiment(), standing: now };
}

describe('the statistics of an experiment', () => {
  it('that was never started tell of no run and no figure', () => {
    expect(toExperimentStats(standing(NEVER_STARTED), [], null, operator)).toEqual({
      ...{ key: 'small-first', state: 'OFF', run: null, share: 0, since: null, adopted: null },
      arms: ['large', 'small'].map((arm) => ({
        ...{ arm, requests: 0, errorRate: null, meanRating: null },
        ...{ meanCostUsd: null, firstTokenP95Ms: null },
      })),
      ...{ guardrails: [], sampleRatioOk: null, conclusion: null },
    });
  });

  it('sum up the cells of each arm, of this run alone', () => {
    const seconds = [1, 2, 30].map((each) => firstTextStep(each * 1_000));
    const small = armWith({
      arm: 'small',
      run: '7',
      requests: 10,
      failures: 1,
      priced: 4,
      costUsd: 2,
    });
    const more = armWith({
      ...{ arm: 'small', run: '7', cell: 3, requests: 30, failures: 7 },
      ...{ priced: 0, costUsd: 0, ratings: 8, goodRatings: 6 },
      ...{ firstTextSteps: seconds, firstTextCounts: [10, 9, 1] },
    });
    const counted = [
      armWith({ arm: 'small', run: '6', requests: 1_000, failures: 1_000 }),
      { ...small, cells: [...small.cells, ...more.cells] },
    ];
    const { arms } = toExperimentStats(standing(running), counted, null, operator);
    expect(arms).toMatchObject([
      { arm: 'large', requests: 0 },
      { arm: 'small', requests: 40, errorRate: 0.2, meanRating: 0.75, meanCostUsd: 0.5 },
    ]);
    expect(arms[1]?.firstTokenP95Ms).toBe(msOfStep(firstTextStep(2_000)));
  });

  it('tell an operator what the guardian found of this run', () => {
    const stats = toExperimentStats(standing(running), [], judgement, operator);
    expect(stats).toMatchObject({
      ...{ run: '7', share: 0.1, since: 5, sampleRatioOk: true, conclusion: null },
      guardrails: [
        {
          ...{ name: 'FIRST_TEXT_P95', control: 1_200, treatment: null, bound: null },
          ...{ tolerance: 0.25, harmed: false },
        },
      ],
    });
    const another = { ...judgement, run: '6' };
    expect(toExperimentStats(standing(running), [], another, operator)).toMatchObject({
      ...{ sampleRatioOk: null, guardrails: [] },
    });
  });

  it('tell others nothing that is found in the requests of all tenants', () => {
    const stats = toExperimentStats(standing(rolledBack), [], judgement, tenant);
    expect(stats).toMatchObject({ state: 'ROLLED_BACK', sampleRatioOk: null, guardrails: [] });
    expect(stats.conclusion).toBe('The treatment did harm and was taken out.');
    expect(toExperimentStats(standing(rolledBack), [], judgement, operator).conclusion).toBe(
      rolledBack.conclusion,
    );
  });

  it('conclude that the arms do not compare, while nothing else is concluded', () => {
    const mismatch = { ...judgement.sampleRatio, mismatch: true, reason: 'Twice as many.' };
    const found = { ...judgement, sampleRatio: mismatch };
    expect(toExperimentStats(standing(running), [], found, operator)).toMatchObject({
      ...{ sampleRatioOk: false, conclusion: 'Twice as many.' },
    });
    const { conclusion } = toExperimentStats(standing(rolledBack), [], found, operator);
    expect(conclusion).toBe(rolledBack.conclusion);
    expect(toExperimentStats(standing(running), [], found, tenant).conclusion).toBeNull();
  });

  it('tell the time that exactly 95 of a hundred first texts came within', () => {
    const steps = [100, 10_000].map(firstTextStep);
    // 57 of 60, spread over as many cells: sums of 0.95 would be off by a little.
    const cells = Array.from({ length: 60 }, (_, cell) => ({
      ...{ cell, requests: 1, firstTextSteps: [steps[cell < 57 ? 0 : 1] ?? 0] },
      firstTextCounts: [1],
    }));
    const arm = armWith({ arm: 'small', run: '7' });
    const [empty] = arm.cells;
    const counted = {
      ...arm,
      cells: cells.map((cell) => ({ ...empty, ...cell })) as typeof arm.cells,
    };
    const { arms } = toExperimentStats(standing(running), [counted], null, operator);
    expect(arms[1]?.firstTokenP95Ms).toBe(msOfStep(steps[0] ?? 0));
  });
});
