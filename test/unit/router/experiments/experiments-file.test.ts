import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/config/config-error.ts';
import { readExperimentsFile } from '../../../../src/router/experiments/experiments-file.ts';

const SERVED = ['large-model', 'small-model', 'other-model'];

const experiment = {
  key: 'small-first',
  control: { name: 'large', tier: 'LARGE' },
  treatment: { name: 'small', tier: 'SMALL' },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-experiments-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown) {
  const path = join(folder, `${crypto.randomUUID()}.json`);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return readExperimentsFile(path, SERVED);
}

async function problemsOf(content: unknown): Promise<readonly string[]> {
  const error: unknown = await read(content).then(
    () => null,
    (thrown) => thrown,
  );
  if (error === null) return [];
  if (error instanceof ConfigError) return error.problems;
  throw error;
}

function problemsWith(changes: object): Promise<readonly string[]> {
  return problemsOf({ experiments: [{ ...experiment, ...changes }] });
}

describe('a file of experiments', () => {
  it('needs to say no more than two arms, and then an operator ramps by hand', async () => {
    expect(await read({ experiments: [experiment] })).toEqual([
      {
        key: 'small-first',
        control: { name: 'large', rule: { kind: 'tier', tier: 'LARGE' } },
        treatment: { name: 'small', rule: { kind: 'tier', tier: 'SMALL' } },
        schedule: [],
        guardrails: { errorRate: 0.01, firstTextP95: 0.25, cost: null, rating: 0.03 },
      },
    ]);
  });

  it('says how an experiment ramps, in seconds or minutes', async () => {
    const schedule = [
      { share: 0.1, minSeconds: 90, minRequests: 500 },
      { share: 0.5, minMinutes: 60, minRequests: 2_000 },
    ];
    expect(await read({ experiments: [{ ...experiment, schedule }] })).toMatchObject([
      {
        schedule: [
          { share: 0.1, minMs: 90_000, minRequests: 500 },
          { share: 0.5, minMs: 3_600_000, minRequests: 2_000 },
        ],
      },
    ]);
  });

  it('may set one guardrail, and switch one off, and leave the others as they are', async () => {
    const guardrails = { cost: 0.2, rating: null };
    expect(await read({ experiments: [{ ...experiment, guardrails }] })).toMatchObject([
      { guardrails: { errorRate: 0.01, firstTextP95: 0.25, cost: 0.2, rating: null } },
    ]);
  });

  it('gives an arm the router, a tier or a model that is served', async () => {
    const arms = {
      control: { name: 'as-is', rule: 'ROUTER' },
      treatment: { name: 'other', model: 'other-model' },
    };
    expect(await read({ experiments: [{ ...experiment, ...arms }] })).toMatchObject([
      {
        control: { name: 'as-is', rule: { kind: 'router' } },
        treatment: { name: 'other', rule: { kind: 'model', model: 'other-model' } },
      },
    ]);
  });

  it('may hold none, begin with a byte order mark, and keeps its order', async () => {
    expect(await read('\uFEFF{"experiments":[]}')).toEqual([]);
    const keys = ['b', 'a', 'c'];
    const experiments = keys.map((key) => ({ ...experiment, key }));
    expect((await read({ experiments })).map(({ key }) => key)).toEqual(keys);
  });
});

describe('what is wrong with a file of experiments', () => {
  it.each([
    ['no JSON', '{', /^EXPERIMENTS_FILE: It is not JSON: /],
    ['no object', [], 'EXPERIMENTS_FILE: It must be an object with a list of experiments.'],
    [
      'no list',
      { experiments: {} },
      'EXPERIMENTS_FILE: experiments must be a list of experiments.',
    ],
    [
      'of another name',
      { experiment: [], experiments: [] },
      'EXPERIMENTS_FILE: experiment is not known; did you mean experiments?',
    ],
    ['no experiment', { experiments: [1] }, 'EXPERIMENTS_FILE: experiments[0] must be an object.'],
  ])('is told when it is %s', async (_what, content, problem) => {
    expect(await problemsOf(content)).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  it('is told when it is not there', async () => {
    await expect(readExperimentsFile(join(folder, 'none.json'), [])).rejects.toThrow(
      /EXPERIMENTS_FILE: It cannot be read: ENOENT/,
    );
  });

  it.each([
    ['a key with a space', { key: 'a b' }, 'key must be 1 to 128 letters'],
    [
      'an arm without a rule',
      { control: { name: 'x' } },
      'control must have one of rule, tier and model.',
    ],
    [
      'an arm with two',
      { control: { name: 'x', tier: 'SMALL', model: 'small-model' } },
      'control must have one of rule, tier and model.',
    ],
    ['another rule', { control: { name: 'x', rule: 'router' } }, 'control.rule must be ROUTER.'],
    [
      'another tier',
      { control: { name: 'x', tier: 'HUGE' } },
      'control.tier must be SMALL or LARGE.',
    ],
    [
      'arms of one name',
      { treatment: { name: 'large', tier: 'SMALL' } },
      'treatment.name must have another name than the control.',
    ],
    [
      'a model that is not served',
      { treatment: { name: 'x', model: 'unknown' } },
      'treatment.model is not served. Served are: large-model, small-model, other-model.',
    ],
    ['a list of no steps', { schedule: {} }, 'schedule must be a list of steps.'],
    [
      'a tolerance below 0',
      { guardrails: { cost: -0.1 } },
      'guardrails.cost must be a number from 0, or null.',
    ],
    [
      'points for a share',
      { guardrails: { rating: 3 } },
      'guardrails.rating must be a difference of 0 to 1, or null.',
    ],
    [
      'a misspelt name',
      { guardrails: { firstTokenP95: 0.1 } },
      'guardrails.firstTokenP95 is not known; did you mean firstTextP95?',
    ],
  ])('is told of %s', async (_what, changes, problem) => {
    expect(await problemsWith(changes)).toEqual([
      expect.stringContaining(`EXPERIMENTS_FILE: experiments[0].${problem}`),
    ]);
  });

  it.each([
    ['no share', { minSeconds: 1, minRequests: 1 }, '[0].share must be a number.'],
    [
      'all units',
      { share: 1, minSeconds: 1, minRequests: 1 },
      '[0].share must be above 0, and at most 0.5,',
    ],
    [
      'none',
      { share: 0, minSeconds: 1, minRequests: 1 },
      '[0].share must be above 0, and at most 0.5,',
    ],
    ['no time', { share: 0.1, minRequests: 1 }, '[0] must have either minSeconds or minMinutes.'],
    [
      'two times',
      { share: 0.1, minSeconds: 1, minMinutes: 1, minRequests: 1 },
      '[0] must have either minSeconds or minMinutes.',
    ],
    [
      'a time of 0',
      { share: 0.1, minSeconds: 0, minRequests: 1 },
      '[0].minSeconds must be a number above 0.',
    ],
    [
      'no requests',
      { share: 0.1, minSeconds: 1 },
      '[0].minRequests must be a whole number above 0.',
    ],
  ])('is told of a step with %s', async (_what, step, problem) => {
    expect(await problemsWith({ schedule: [step] })).toEqual([
      expect.stringContaining(`experiments[0].schedule${problem}`),
    ]);
  });

  it('is told of a schedule that does not rise', async () => {
    const step = { share: 0.1, minSeconds: 1, minRequests: 1 };
    expect(await problemsWith({ schedule: [step, step] })).toEqual([
      'EXPERIMENTS_FILE: experiments[0].schedule must rise from step to step in its shares.',
    ]);
  });

  it('is told all at once', async () => {
    const problems = await problemsOf({
      experiments: [
        experiment,
        { ...experiment, key: '', guardrails: { cost: 'none' } },
        { ...experiment, treatment: { name: 'x', model: 'unknown' } },
      ],
    });
    expect(problems).toEqual([
      expect.stringContaining('experiments[1].key must be'),
      expect.stringContaining('experiments[1].guardrails.cost must be'),
      'EXPERIMENTS_FILE: experiments[2].key is the key of experiments[0] too.',
      expect.stringContaining('experiments[2].treatment.model is not served.'),
    ]);
  });
});
