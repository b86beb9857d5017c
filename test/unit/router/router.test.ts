import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { GenerationRequest } from '../../../src/domain/request.ts';
import { createRouter } from '../../../src/router/router.ts';
import { ALL_RIGHTS, type Rights } from '../../../src/tenancy/principal.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const options = {
  smallModel: 'small',
  largeModel: 'large',
  otherModels: ['extra'],
  enabled: () => false,
  abTestRatio: () => 0.5,
};

function routeOf(changes: Partial<GenerationRequest>, router = createRouter(options)) {
  const request = sampleRequest(changes);
  return router.route(request, router.policyFor(request, ALL_RIGHTS));
}

describe('the router', () => {
  it('asks the large model, and lets the small one take over', () => {
    expect(routeOf({})).toEqual({
      candidates: [
        { model: 'large', tier: 'LARGE' },
        { model: 'small', tier: 'SMALL' },
      ],
      complexity: null,
      expectedGain: null,
      reason: 'Routing is off: the large model answers.',
      assignments: [],
      requestedModel: null,
    });
  });

  it('asks the tier that is wished for, and no other', () => {
    const route = routeOf({ routing: { tier: 'SMALL', stickyKey: null } });
    expect(route.candidates).toEqual([{ model: 'small', tier: 'SMALL' }]);
    expect(route.reason).toContain('small tier');
  });

  it.each([
    ['large', 'LARGE'],
    ['extra', null],
  ])('asks the pinned model %s alone', (model, tier) => {
    const route = routeOf({ model, routing: { tier: 'SMALL', stickyKey: null } });
    expect(route.candidates).toEqual([{ model, tier }]);
    expect(route.requestedModel).toBe(model);
  });

  it('refuses a model that it does not serve, and tells which it serves', () => {
    const router = createRouter(options);
    expect(() => router.policyFor(sampleRequest({ model: 'gpt-9' }), ALL_RIGHTS)).toThrow(
      expect.objectContaining({
        constructor: GatewayError,
        code: 'MODEL_UNKNOWN',
        retryable: false,
        message: expect.stringContaining('large, small, extra'),
      }),
    );
  });

  it('has one candidate when both tiers are one model', () => {
    const router = createRouter({ ...options, smallModel: 'large' });
    expect(routeOf({}, router).candidates).toHaveLength(1);
    expect(router.models).toEqual([
      { model: 'large', tier: 'LARGE' },
      { model: 'extra', tier: null },
    ]);
  });

  it('tells of its switches as they stand, and does not say that it is off when it is on', () => {
    let enabled = false;
    let abTestRatio = 0.5;
    const router = createRouter({
      ...options,
      enabled: () => enabled,
      abTestRatio: () => abTestRatio,
    });
    expect(router).toMatchObject({ enabled: false, abTestRatio: 0.5 });
    enabled = true;
    abTestRatio = 0.1;
    expect(router).toMatchObject({ enabled: true, abTestRatio: 0.1 });
    expect(routeOf({}, router).reason).toContain('cannot route by prompt yet');
  });

  it('has a policy that leaves out the ratio, so that answers outlive a change of it', () => {
    const policy = createRouter(options).policyFor(sampleRequest(), ALL_RIGHTS);
    expect(policy).toEqual({ kind: 'auto', models: ['large', 'small'], assignments: [] });
  });
});

describe('a key that may not ask for every model', () => {
  const router = createRouter(options);

  function routeFor(rights: Partial<Rights>, changes: Partial<GenerationRequest> = {}) {
    const request = sampleRequest(changes);
    return router.route(request, router.policyFor(request, { ...ALL_RIGHTS, ...rights }));
  }

  it('is answered by the small model when that is its highest tier', () => {
    const route = routeFor({ maxTier: 'SMALL' });
    expect(route.candidates).toEqual([{ model: 'small', tier: 'SMALL' }]);
    expect(route.reason).toBe('The key allows no larger model.');
  });

  it('is answered by the models it names, the large one first', () => {
    expect(routeFor({ models: ['small', 'large'] }).candidates).toMatchObject([
      { model: 'large' },
      { model: 'small' },
    ]);
    expect(routeFor({ models: ['extra'] }).candidates).toEqual([{ model: 'extra', tier: null }]);
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
  ])('cannot ask for %s, and hears of no model that it may not', (_what, rights, changes) => {
    expect(() => routeFor(rights, changes)).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNKNOWN',
        message: expect.stringMatching(/Served are: (small|none)\.$/),
      }),
    );
  });

  it('may ask for a model of no tier that it names', () => {
    const route = routeFor({ maxTier: 'SMALL', models: ['extra'] }, { model: 'extra' });
    expect(route.candidates).toEqual([{ model: 'extra', tier: null }]);
  });

  it('may ask for the one model that is both tiers', () => {
    const one = createRouter({ ...options, smallModel: 'large' });
    const rights = { ...ALL_RIGHTS, maxTier: 'SMALL' } as const;
    expect(one.policyFor(sampleRequest(), rights)).toMatchObject({ models: ['large'] });
  });
});
