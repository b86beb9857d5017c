import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { GenerationRequest } from '../../../src/domain/request.ts';
import type { ArmRule, Standing } from '../../../src/router/experiments/port.ts';
import type { RouterOptions } from '../../../src/router/router.ts';
import type { TierChoice } from '../../../src/router/tier-choice.ts';
import type { Unit } from '../../../src/router/unit.ts';
import { ALL_RIGHTS, type Rights } from '../../../src/tenancy/principal.ts';
import { sampleExperiment } from '../../support/sample-experiment.ts';
import { sampleRequest } from '../../support/sample-request.ts';
import { sampleRouter, servedModel } from '../../support/sample-router.ts';

const SOMEBODY: Unit = { key: 'somebody', lasting: true };

type Asked = { request?: Partial<GenerationRequest>; rights?: Partial<Rights>; unit?: Unit };

async function routed(
  options: Partial<RouterOptions>,
  { request: changes, rights, unit = SOMEBODY }: Asked = {},
  inputTokens = 10,
) {
  const router = sampleRouter(options, 'extra');
  const request = sampleRequest(changes);
  const policy = router.policyFor(request, { ...ALL_RIGHTS, ...rights }, unit);
  return router.route({ tenant: 'acme', request, unit, inputTokens }, policy);
}

async function routeOf(...asked: Parameters<typeof routed>) {
  return (await routed(...asked)).route;
}

const CHOSE_SMALL: TierChoice = {
  ...{ tier: 'SMALL', chosenBy: 'complexity', propensity: 1, complexity: 'SIMPLE', expected: null },
  reason: 'The prompt looks simple.',
};

const ON: Partial<RouterOptions> = { enabled: () => true, strategy: async () => CHOSE_SMALL };

describe('the router', () => {
  it('asks the large model while it is off, and lets the small one take over', async () => {
    expect(await routed({})).toEqual({
      choice: null,
      route: {
        candidates: [
          { model: 'large', tier: 'LARGE' },
          { model: 'small', tier: 'SMALL' },
        ],
        complexity: null,
        expectedGain: null,
        explored: false,
        reason: 'Routing is off: the large model answers.',
        assignments: [],
        requestedModel: null,
      },
    });
  });

  it('asks the tier that the strategy chooses, and tells why', async () => {
    const { route, choice } = await routed(ON);
    expect(route).toMatchObject({
      candidates: [{ model: 'small' }, { model: 'large' }],
      complexity: 'SIMPLE',
      reason: 'The prompt looks simple.',
    });
    expect(choice).toBe(CHOSE_SMALL);
  });

  it('tells of a model that a coin picked', async () => {
    const choice: TierChoice = { ...CHOSE_SMALL, chosenBy: 'exploration', propensity: 0.5 };
    expect(await routeOf({ ...ON, strategy: async () => choice })).toMatchObject({
      explored: true,
    });
  });

  it('asks the tier that is wished for, and no other', async () => {
    const route = await routeOf(ON, { request: { routing: { tier: 'SMALL', stickyKey: null } } });
    expect(route.candidates).toEqual([{ model: 'small', tier: 'SMALL' }]);
    expect(route.reason).toContain('small tier');
  });

  it.each([
    ['large', 'LARGE'],
    ['extra', null],
  ])('asks the pinned model %s alone', async (model, tier) => {
    const request = { model, routing: { tier: 'SMALL', stickyKey: null } } as const;
    const route = await routeOf(ON, { request });
    expect(route.candidates).toEqual([{ model, tier }]);
    expect(route.requestedModel).toBe(model);
  });

  it('refuses a model that it does not serve, and tells which it serves', () => {
    const request = sampleRequest({ model: 'gpt-9' });
    expect(() => sampleRouter({}, 'extra').policyFor(request, ALL_RIGHTS, null)).toThrow(
      expect.objectContaining({
        constructor: GatewayError,
        code: 'MODEL_UNKNOWN',
        retryable: false,
        message: expect.stringContaining('large, small, extra'),
      }),
    );
  });

  it('has nothing to choose where one model stands for both tiers', async () => {
    const options = { ...ON, models: [servedModel('one', { tier: 'LARGE' })] };
    const route = await routeOf(options);
    expect(route.candidates).toEqual([{ model: 'one', tier: 'LARGE' }]);
    expect(route.reason).toBe('There is no other tier to choose from.');
    const small = { routing: { tier: 'SMALL', stickyKey: null } } as const;
    expect(await routeOf(options, { request: small })).toMatchObject({
      candidates: [{ model: 'one' }],
    });
  });

  it('tells of its switches as they stand', () => {
    let enabled = false;
    let abTestRatio = 0.5;
    const router = sampleRouter({ enabled: () => enabled, abTestRatio: () => abTestRatio });
    expect(router).toMatchObject({ enabled: false, abTestRatio: 0.5 });
    enabled = true;
    abTestRatio = 0.1;
    expect(router).toMatchObject({ enabled: true, abTestRatio: 0.1 });
  });

  it('has a policy that leaves out the ratio, so that answers outlive a change of it', () => {
    const policy = sampleRouter().policyFor(sampleRequest(), ALL_RIGHTS, SOMEBODY);
    expect(policy).toEqual({ kind: 'auto', models: ['large', 'small'], assignments: [] });
  });
});

describe('a request that not every model can take', () => {
  const models = [
    servedModel('large', { tier: 'LARGE', contextTokens: 10_000 }),
    servedModel('small', { tier: 'SMALL', contextTokens: 1_000, abilities: new Set(['SYSTEM']) }),
  ];

  it('goes to one whose window is long enough, whatever the strategy would choose', async () => {
    const route = await routeOf({ ...ON, models }, {}, 5_000);
    expect(route.candidates).toEqual([{ model: 'large', tier: 'LARGE' }]);
    expect(route.reason).toBe('Only the large model takes a request like this one.');
  });

  it('goes to one that answers in the format that is asked for', async () => {
    const request = { responseFormat: { kind: 'JSON' } } as const;
    expect(await routeOf({ ...ON, models }, { request })).toMatchObject({
      candidates: [{ model: 'large' }],
    });
  });

  it.each<[string, Asked, number, string]>([
    ['no window is long enough', {}, 50_000, 'PROMPT_TOO_LONG'],
    ["the pinned model's is not", { request: { model: 'small' } }, 5_000, 'PROMPT_TOO_LONG'],
    [
      'the tier cannot do it',
      {
        request: { responseFormat: { kind: 'JSON' }, routing: { tier: 'SMALL', stickyKey: null } },
      },
      10,
      'MODEL_UNKNOWN',
    ],
  ])('is refused when %s', async (_why, asked, inputTokens, code) => {
    await expect(routed({ ...ON, models }, asked, inputTokens)).rejects.toMatchObject({ code });
  });
});

describe('several models of one tier', () => {
  const models = [
    servedModel('large', { tier: 'LARGE' }),
    servedModel('dear', { tier: 'SMALL', pricePerMillion: { input: 2, output: 2 } }),
    servedModel('cheap', { tier: 'SMALL', pricePerMillion: { input: 1, output: 1 } }),
  ];

  it('are asked by price, before the other tier', async () => {
    expect((await routeOf({ ...ON, models })).candidates.map(({ model }) => model)).toEqual([
      'cheap',
      'dear',
      'large',
    ]);
  });

  it('stand in for one whose calls fail', async () => {
    const isFailing = (model: string) => model === 'cheap';
    const request = { routing: { tier: 'SMALL', stickyKey: null } } as const;
    const { candidates } = await routeOf({ ...ON, models, isFailing }, { request });
    expect(candidates.map(({ model }) => model)).toEqual(['dear', 'cheap']);
  });
});

describe('an experiment', () => {
  const running: Standing = {
    ...{ state: 'COLLECTING', run: '7', share: 0.5, step: null, since: 0 },
    ...{ requestsBefore: { control: 0, treatment: 0 }, adopted: null, conclusion: null },
  };

  function withArms(treatment: ArmRule, changes: Partial<Standing> = {}, control?: ArmRule) {
    const experiment = {
      ...sampleExperiment({
        control: { name: 'as-ever', rule: control ?? { kind: 'router' } },
        treatment: { name: 'new', rule: treatment },
      }),
      standing: { ...running, ...changes },
    };
    return { ...ON, experiments: () => [experiment] };
  }

  async function armsOf(options: Partial<RouterOptions>) {
    const arms = new Map<string, Awaited<ReturnType<typeof routed>>>();
    for (let user = 0; user < 40; user++) {
      const found = await routed(options, { unit: { key: `user ${user}`, lasting: true } });
      arms.set(found.route.assignments[0]?.arm ?? 'none', found);
    }
    return arms;
  }

  it('decides for who is in an arm, by its rule, and says so', async () => {
    const arms = await armsOf(withArms({ kind: 'tier', tier: 'LARGE' }));
    expect([...arms.keys()].sort()).toEqual(['as-ever', 'new']);
    const { route, choice } = arms.get('new') ?? {};
    expect(route?.candidates).toMatchObject([{ model: 'large' }, { model: 'small' }]);
    expect(route?.reason).toBe(
      'The experiment small-first has this caller in its arm new: the large model answers.',
    );
    expect(route?.assignments).toEqual([
      { experiment: 'small-first', run: '7', arm: 'new', cell: expect.any(Number) },
    ]);
    expect(choice).toMatchObject({ chosenBy: 'experiment', tier: 'LARGE' });
    expect(arms.get('as-ever')?.route.reason).toContain('The prompt looks simple.');
  });

  it('may lead to a model of no tier, which then is part of the policy', async () => {
    const arms = await armsOf(withArms({ kind: 'model', model: 'extra' }));
    const candidates = arms.get('new')?.route.candidates;
    expect(candidates?.map(({ model }) => model)).toEqual(['extra', 'large', 'small']);
  });

  it('leaves alone who is in no arm, who names a model or a tier, and who may not follow both arms', async () => {
    const options = withArms({ kind: 'tier', tier: 'LARGE' }, { share: 0.001 });
    const reasons = [...(await armsOf(options)).keys()];
    expect(reasons).toEqual(['none']);
    const all = withArms({ kind: 'tier', tier: 'LARGE' });
    const others: readonly Asked[] = [
      { request: { model: 'small' } },
      { request: { routing: { tier: 'SMALL', stickyKey: null } } },
      { rights: { maxTier: 'SMALL' } },
    ];
    for (const asked of others) {
      expect(await routeOf(all, asked)).toMatchObject({
        candidates: [{ model: 'small' }],
        assignments: [],
      });
    }
  });

  it('has nobody while routing is off', async () => {
    const options = { ...withArms({ kind: 'tier', tier: 'SMALL' }), enabled: () => false };
    expect([...(await armsOf(options)).keys()]).toEqual(['none']);
  });

  it('that was concluded serves everybody by the adopted arm', async () => {
    const concluded = { state: 'CONCLUDED', adopted: 'new', share: 0 } as const;
    const arms = await armsOf(withArms({ kind: 'tier', tier: 'LARGE' }, concluded));
    expect([...arms.keys()]).toEqual(['none']);
    expect(arms.get('none')?.route).toMatchObject({
      candidates: [{ model: 'large' }, { model: 'small' }],
      reason: 'The experiment small-first was concluded for new: the large model answers.',
    });
  });
});

describe('a key that may not ask for every model', () => {
  function routeFor(rights: Partial<Rights>, request: Partial<GenerationRequest> = {}) {
    return routeOf(ON, { rights, request });
  }

  it('is answered by the small model when that is its highest tier', async () => {
    const route = await routeFor({ maxTier: 'SMALL' });
    expect(route.candidates).toEqual([{ model: 'small', tier: 'SMALL' }]);
    expect(route.reason).toBe('The key allows no larger model.');
  });

  it('is answered by the models it names', async () => {
    expect((await routeFor({ models: ['small', 'large'] })).candidates).toHaveLength(2);
    expect((await routeFor({ models: ['large'] })).reason).toBe('The key allows no smaller model.');
    const { candidates } = await routeFor({ models: ['extra'] });
    expect(candidates).toEqual([{ model: 'extra', tier: null }]);
  });

  it.each<[string, Partial<Rights>, Partial<GenerationRequest>]>([
    ['a model of a higher tier', { maxTier: 'SMALL' }, { model: 'large' }],
    ['the higher tier', { maxTier: 'SMALL' }, { routing: { tier: 'LARGE', stickyKey: null } }],
    ['a model of no tier that it does not name', { maxTier: 'SMALL' }, { model: 'extra' }],
    ['a model that it does not name', { models: ['small'] }, { model: 'extra' }],
    [
      'a model of a higher tier that it names',
      { maxTier: 'SMALL', models: ['small', 'large'] },
      { model: 'large' },
    ],
    ['anything, when nothing that it names is served', { models: ['gpt-9'] }, {}],
  ])('cannot ask for %s, and hears of no model that it may not', async (_what, rights, changes) => {
    await expect(routeFor(rights, changes)).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringMatching(/Served are: (small|none)\.$/),
    });
  });

  it('may ask for a model of no tier that it names', async () => {
    const route = await routeFor({ maxTier: 'SMALL', models: ['extra'] }, { model: 'extra' });
    expect(route.candidates).toEqual([{ model: 'extra', tier: null }]);
  });

  it('may ask for the one model that is both tiers', async () => {
    const models = [servedModel('one', { tier: 'LARGE' })];
    const route = await routeOf({ ...ON, models }, { rights: { maxTier: 'SMALL' } });
    expect(route.candidates).toEqual([{ model: 'one', tier: 'LARGE' }]);
  });
});
