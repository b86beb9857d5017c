import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { GenerationRequest } from '../../../src/domain/request.ts';
import { createRouter } from '../../../src/router/router.ts';
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
  return router.route(request, router.policyFor(request));
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
    expect(() => router.policyFor(sampleRequest({ model: 'gpt-9' }))).toThrow(
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
    const policy = createRouter(options).policyFor(sampleRequest());
    expect(policy).toEqual({ kind: 'auto', models: ['large', 'small'], assignments: [] });
  });
});
