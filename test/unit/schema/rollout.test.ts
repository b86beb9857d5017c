import { graphql } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Rollout, RolloutUnavailable } from '../../../src/rollout/port.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { maskError } from '../../../src/schema/map-errors.ts';
import { fakeContext, operator } from '../../support/fake-services.ts';

const schema = createSchema();
const ALL = 'cacheEnabled semanticCacheEnabled routingEnabled abTestRatio changedAt';
const asConfigured = {
  cacheEnabled: true,
  semanticCacheEnabled: true,
  routingEnabled: false,
  abTestRatio: 0.25,
  changedAt: null,
};

function openOperator(services: { rollout?: Rollout } = {}) {
  const contextValue = fakeContext({ principal: operator, services });
  const run = (source: string, variableValues = {}) =>
    graphql({ schema, source, contextValue, variableValues });
  return {
    run,
    set: (input: object) =>
      run(`mutation ($input: RolloutInput!) { setRollout(input: $input) { ${ALL} } }`, { input }),
  };
}

describe('setRollout', () => {
  it('changes what is given and returns all switches, which rollout tells from then on', async () => {
    const { run, set } = openOperator();
    const changed = {
      ...asConfigured,
      cacheEnabled: false,
      abTestRatio: 1,
      changedAt: expect.stringMatching(/Z$/),
    };
    expect(await set({ cacheEnabled: false, abTestRatio: 1 })).toEqual({
      data: { setRollout: changed },
    });
    expect(await run(`{ rollout { ${ALL} } }`)).toEqual({ data: { rollout: changed } });
  });

  it('sets a switch back by null', async () => {
    const { set } = openOperator();
    await set({ cacheEnabled: false, routingEnabled: true });
    const { data } = await set({ cacheEnabled: null });
    expect(data).toMatchObject({ setRollout: { cacheEnabled: true, routingEnabled: true } });
    expect(await set({ routingEnabled: null })).toEqual({ data: { setRollout: asConfigured } });
  });

  it('changes nothing by nothing', async () => {
    expect(await openOperator().set({})).toEqual({ data: { setRollout: asConfigured } });
  });

  it('changes the semantic cache apart from the cache, and sets it back', async () => {
    const { set } = openOperator();
    const { data } = await set({ semanticCacheEnabled: false });
    expect(data).toMatchObject({ setRollout: { cacheEnabled: true, semanticCacheEnabled: false } });
    expect(await set({ semanticCacheEnabled: null })).toEqual({
      data: { setRollout: asConfigured },
    });
  });

  it.each([-0.01, 1.01, 1e300])('refuses a ratio of %d', async (abTestRatio) => {
    const { run, set } = openOperator();
    const { errors } = await set({ cacheEnabled: false, abTestRatio });
    expect(errors).toMatchObject([
      {
        message: 'The input is not valid: input.abTestRatio must be 0 to 1.',
        extensions: { code: 'BAD_USER_INPUT', field: 'input.abTestRatio' },
      },
    ]);
    expect(await run('{ rollout { cacheEnabled } }')).toEqual({
      data: { rollout: { cacheEnabled: true } },
    });
  });

  it('says that it may be sent again when it was not confirmed', async () => {
    const { rollout } = fakeContext().services;
    const change = () => Promise.reject(new RolloutUnavailable('Not confirmed.'));
    const { set } = openOperator({ rollout: { ...rollout, change } });
    const { data, errors } = await set({ cacheEnabled: false });
    expect(data).toEqual({ setRollout: null });
    const { error, unforeseen } = maskError(errors?.[0]);
    expect(error).toMatchObject({
      message: 'Not confirmed.',
      path: ['setRollout'],
      extensions: { code: 'UNAVAILABLE', retryable: true, retryAfterMs: null },
    });
    expect(unforeseen).toBeNull();
  });
});
