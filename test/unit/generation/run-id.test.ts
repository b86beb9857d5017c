import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withExactKey } from '../../../src/cache/exact-key.ts';
import { isRunIn, keyOfRun, runIdOf } from '../../../src/generation/run-id.ts';
import { sampleQuestion } from '../../support/sample-entry.ts';
import { sampleRequest } from '../../support/sample-request.ts';

const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('.', '', 'a.'));

function questionOf(tenant: string, namespace: string) {
  const { cache } = sampleRequest();
  const request = sampleRequest({ cache: { ...cache, namespace } });
  return withExactKey(sampleQuestion({ tenant, request }));
}

describe('the id of a run', () => {
  it('tells the exact key of its question', () => {
    const question = questionOf('acme', 'default');
    expect(keyOfRun(runIdOf(question, 'run'))).toBe(question.key);
  });

  it('tells whose it is, and nobody else’s', () => {
    fc.assert(
      fc.property(name, name, name, name, (tenant, namespace, otherTenant, otherNamespace) => {
        const id = runIdOf(questionOf(tenant, namespace), 'run');
        const isTenants = tenant === otherTenant;
        expect(isRunIn(id, { tenant: otherTenant, namespace: null })).toBe(isTenants);
        expect(isRunIn(id, { tenant: otherTenant, namespace: otherNamespace })).toBe(
          isTenants && namespace === otherNamespace,
        );
      }),
    );
  });

  it('holds nothing that means something in a pattern, to a cluster, or in a word between processes', () => {
    fc.assert(
      fc.property(name, name, (tenant, namespace) => {
        expect(runIdOf(questionOf(tenant, namespace), 'run')).toMatch(
          /^[\w-]+\.[\w-]+\.[\w-]+\.run$/,
        );
      }),
    );
  });
});
