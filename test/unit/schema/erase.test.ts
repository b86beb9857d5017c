import { graphql } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { maskError } from '../../../src/schema/map-errors.ts';
import { type Erase, EraseUnavailable } from '../../../src/tenancy/erase.ts';
import { caller, fakeContext, operator } from '../../support/fake-services.ts';

const schema = createSchema();

function run(input: string, erase: Erase, principal = operator) {
  const contextValue = fakeContext({ principal, services: { erase } });
  const source = `mutation { eraseData(input: ${input}) { entries generations } }`;
  return graphql({ schema, source, contextValue });
}

describe('eraseData', () => {
  it.each([
    ['{ tenant: "acme" }', null],
    ['{ tenant: "acme", namespace: null }', null],
    ['{ tenant: "acme", namespace: "docs" }', 'docs'],
    ['{ tenant: "acme", namespace: "" }', ''],
  ])('erases what %s names, and tells how much that was', async (input, namespace) => {
    const erase = vi.fn<Erase>(async () => ({ entries: 2 ** 40, generations: 3 }));
    expect(await run(input, erase)).toEqual({
      data: { eraseData: { entries: 2 ** 40, generations: 3 } },
    });
    expect(erase.mock.calls).toEqual([[{ tenant: 'acme', namespace }]]);
  });

  it('erases nothing for who is no operator', async () => {
    const erase = vi.fn<Erase>();
    const { data, errors } = await run('{ tenant: "acme" }', erase, caller);
    expect(data).toEqual({ eraseData: null });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(erase).not.toHaveBeenCalled();
  });

  it('says that it may be sent again when something may be left', async () => {
    const { data, errors } = await run('{ tenant: "acme" }', async () => {
      throw new EraseUnavailable(new Error('connect ECONNREFUSED 10.0.0.1:6379'));
    });
    expect(data).toEqual({ eraseData: null });
    const { error, unforeseen } = maskError(errors?.[0]);
    expect(error).toMatchObject({
      message: 'Not everything could be erased, and nobody knows what is left: try again.',
      path: ['eraseData'],
      extensions: { code: 'UNAVAILABLE', retryable: true, retryAfterMs: null },
    });
    expect(unforeseen).toBeNull();
  });
});
