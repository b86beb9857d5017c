import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { ExperimentJudgement } from '../../../src/router/experiments/guardian.ts';
import { memoryExperiments } from '../../../src/router/experiments/memory-experiments.ts';
import { type Experiments, ExperimentsUnavailable } from '../../../src/router/experiments/port.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { maskError } from '../../../src/schema/map-errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import {
  caller,
  emptySummary,
  fakeContext,
  fakeRouting,
  fakeStatistics,
  operator,
} from '../../support/fake-services.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { armWith, sampleExperiment, standingOf } from '../../support/sample-experiment.ts';

const schema = createSchema();

const FIELDS = `key state run share since adopted conclusion sampleRatioOk
  arms { arm requests errorRate } guardrails { name bound harmed }`;
const CHANGE = `mutation ($input: ChangeExperimentInput!) {
  changeExperiment(input: $input) { ${FIELDS} }
}`;

const defined = [sampleExperiment(), sampleExperiment({ key: 'by-hand', schedule: [] })];

function openExperiments(
  changes: { experiments?: Partial<Experiments>; principal?: typeof operator } = {},
) {
  const clock = fakeClock();
  const experiments = memoryExperiments({
    ...{ experiments: () => defined, clock, logger: recordLogs().logger },
  });
  const judgements = new Map<string, ExperimentJudgement>();
  const contextValue = fakeContext({
    principal: changes.principal ?? operator,
    services: {
      experiments: { ...experiments, ...changes.experiments },
      routing: () => fakeRouting({ judgements }),
      statistics: fakeStatistics({
        read: async () => {
          const { run } = standingOf(experiments);
          const arms = [armWith({ arm: 'small', run, requests: 4, failures: 1 })];
          return emptySummary({ arms });
        },
      }),
    },
  });
  return {
    experiments,
    judgements,
    change: (input: object) =>
      graphql({
        ...{ schema, source: CHANGE, contextValue },
        variableValues: { input: { key: 'small-first', ...input } },
      }),
  };
}

describe('changeExperiment', () => {
  it('starts an experiment by its schedule, and answers where it stands with what its arms did', async () => {
    const { change, experiments } = openExperiments();
    expect(await change({ action: 'START' })).toEqual({
      data: {
        changeExperiment: {
          ...{ key: 'small-first', state: 'RAMPING', share: 0.1, adopted: null, conclusion: null },
          run: standingOf(experiments).run,
          since: expect.stringMatching(/Z$/),
          sampleRatioOk: null,
          arms: [
            { arm: 'large', requests: 0, errorRate: null },
            { arm: 'small', requests: 4, errorRate: 0.25 },
          ],
          guardrails: [],
        },
      },
    });
  });

  it('ramps, concludes and stops it', async () => {
    const { change } = openExperiments();
    const stands = async (input: object) => (await change(input)).data?.['changeExperiment'];
    expect(await stands({ action: 'START', share: 0.2 })).toMatchObject({
      ...{ state: 'COLLECTING', share: 0.2 },
    });
    expect(await stands({ action: 'SET_SHARE', share: 0.5 })).toMatchObject({
      ...{ state: 'COLLECTING', share: 0.5 },
    });
    const conclusion = ' As good at a third of the cost. ';
    expect(await stands({ action: 'CONCLUDE', adopt: 'small', conclusion })).toMatchObject({
      ...{ state: 'CONCLUDED', adopted: 'small', conclusion: conclusion.trim(), share: 0 },
    });
    expect(await stands({ action: 'STOP' })).toMatchObject({ state: 'OFF', adopted: null });
  });

  it('tells what the guardian found of this run, and of no other', async () => {
    const { change, experiments, judgements } = openExperiments();
    await change({ action: 'START' });
    const { run } = standingOf(experiments);
    judgements.set('small-first', judgementOf(run));
    const { data } = await change({ action: 'SET_SHARE', share: 0.2 });
    expect(data?.['changeExperiment']).toMatchObject({
      sampleRatioOk: false,
      guardrails: [{ name: 'ERROR_RATE', bound: 0.081, harmed: true }],
      conclusion: 'Twice as many.',
    });
    await change({ action: 'STOP' });
    const again = await change({ action: 'START' });
    expect(again.data?.['changeExperiment']).toMatchObject({ sampleRatioOk: null, guardrails: [] });
  });

  it('may be sent again when the answer did not come', async () => {
    const { change } = openExperiments();
    await change({ action: 'START' });
    const repeated = [
      { action: 'SET_SHARE', share: 0.2 },
      { action: 'CONCLUDE', adopt: 'large' },
      { action: 'STOP' },
    ];
    for (const input of repeated) {
      const first = await change(input);
      expect(first.errors).toBeUndefined();
      expect(await change(input)).toEqual(first);
    }
  });

  it.each([
    [{ key: 'another', action: 'START' }, 'key', 'names no experiment that is set up'],
    [{ key: 'by-hand', action: 'START' }, 'share', 'is needed, as there is no schedule'],
    [{ action: 'START', share: 0 }, 'share', 'must be above 0, and at most 0.5'],
    [{ action: 'START', share: 0.51 }, 'share', 'must be above 0, and at most 0.5'],
    [{ action: 'START', adopt: 'small' }, 'adopt', 'belongs to CONCLUDE alone'],
    [{ action: 'STOP', share: 0.2 }, 'share', 'belongs to START and SET_SHARE alone'],
    [{ action: 'STOP', conclusion: 'Enough.' }, 'conclusion', 'belongs to CONCLUDE alone'],
    [{ action: 'SET_SHARE' }, 'share', 'is needed'],
    [
      { action: 'SET_SHARE', share: 0.2 },
      'action',
      'SET_SHARE does not fit an experiment that is OFF',
    ],
    [{ action: 'CONCLUDE' }, 'adopt', 'must be the name of one of the two arms'],
    [{ action: 'CONCLUDE', adopt: 'medium' }, 'adopt', 'must be the name of one of the two arms'],
    [
      { action: 'CONCLUDE', adopt: 'small' },
      'action',
      'CONCLUDE does not fit an experiment that is OFF',
    ],
  ])('refuses %j', async (input, field, message) => {
    const { change, experiments } = openExperiments();
    const { errors } = await change(input);
    expect(errors).toMatchObject([
      {
        message: `The input is not valid: input.${field} ${message}.`,
        extensions: { code: 'BAD_USER_INPUT', field: `input.${field}` },
      },
    ]);
    expect(standingOf(experiments).state).toBe('OFF');
  });

  it('starts no experiment that is under way', async () => {
    const { change } = openExperiments();
    await change({ action: 'START', share: 0.2 });
    const { errors } = await change({ action: 'START' });
    expect(errors?.[0]?.message).toContain('START does not fit an experiment that is COLLECTING');
  });

  it('adopts no arm in the moment in which it is rolled back', async () => {
    const { change, experiments } = openExperiments();
    await change({ action: 'START' });
    const { run } = standingOf(experiments);
    await experiments.change('small-first', { kind: 'rollBack', run, reason: 'It failed.' });
    const { errors } = await change({ action: 'CONCLUDE', adopt: 'small' });
    expect(errors?.[0]?.message).toContain('experiment that is ROLLED_BACK');
    expect(standingOf(experiments)).toMatchObject({ state: 'ROLLED_BACK', adopted: null });
  });

  it('says that it is not known whether it happened', async () => {
    const change = () => Promise.reject(new ExperimentsUnavailable('Not confirmed.'));
    const { data, errors } = await openExperiments({ experiments: { change } }).change({
      action: 'START',
    });
    expect(data).toEqual({ changeExperiment: null });
    const { error, unforeseen } = maskError(errors?.[0]);
    expect(error).toMatchObject({ message: 'Not confirmed.', extensions: { code: 'UNAVAILABLE' } });
    expect(unforeseen).toBeNull();
  });

  it('is for operators', async () => {
    const { change, experiments } = openExperiments({ principal: caller });
    const { errors } = await change({ action: 'START' });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(standingOf(experiments).state).toBe('OFF');
  });
});

function judgementOf(run: string): ExperimentJudgement {
  return {
    run,
    guardrails: {
      verdict: 'harm',
      guardrails: [
        {
          ...{ name: 'errorRate', tolerance: 0.01, worseByAtLeast: 0.081, harmed: true },
          control: { value: 0.009, count: 798 },
          treatment: { value: 0.124, count: 812 },
        },
      ],
      reason: 'Errors.',
    },
    sampleRatio: { control: 798, treatment: 1_600, mismatch: true, reason: 'Twice as many.' },
  };
}
