import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryIdOf, pathOf, scopePath } from '../../../src/cache/place.ts';
import { samplePlace } from '../../support/sample-entry.ts';

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(':', '%', '%003A'),
);

describe('the path of a place', () => {
  it('is readable where the names are', () => {
    expect(pathOf({ tenant: 'acme-2.eu', namespace: 'my_docs', key: 'k' })).toBe(
      'acme-2.eu:my_docs:k',
    );
  });

  it('is shared by no two places', () => {
    fc.assert(
      fc.property(name, name, name, name, (tenant, namespace, otherTenant, otherNamespace) => {
        const isEqual = tenant === otherTenant && namespace === otherNamespace;
        const path = pathOf({ tenant, namespace, key: 'k' });
        const other = pathOf({ tenant: otherTenant, namespace: otherNamespace, key: 'k' });
        expect(path === other).toBe(isEqual);
        expect(other.startsWith(scopePath(tenant, namespace))).toBe(isEqual);
        expect(other.startsWith(scopePath(tenant, null))).toBe(tenant === otherTenant);
      }),
    );
  });

  it('holds nothing that means something in a pattern or to a cluster', () => {
    fc.assert(
      fc.property(name, name, (tenant, namespace) => {
        expect(pathOf({ tenant, namespace, key: 'k' })).toMatch(/^[\w.%-]*:[\w.%-]*:k$/);
      }),
    );
  });
});

describe('the id of an entry', () => {
  it('tells its namespace and key, and not its tenant', () => {
    expect(entryIdOf(samplePlace({ tenant: 'secret', namespace: 'a:b', key: 'k' }))).toBe(
      'a%003Ab:k',
    );
  });
});
