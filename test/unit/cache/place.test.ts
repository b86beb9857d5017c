import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  entryIdOf,
  escapeName,
  pathOf,
  placeOfId,
  placeOfPath,
  scopePath,
  unescapeName,
} from '../../../src/cache/place.ts';
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

describe('a name', () => {
  it('is what it was when it was escaped', () => {
    fc.assert(
      fc.property(name, (each) => {
        expect(unescapeName(escapeName(each))).toBe(each);
      }),
    );
  });
});

describe('a place', () => {
  it('is found again by its path, and by its tenant and id', () => {
    fc.assert(
      fc.property(name, name, (tenant, namespace) => {
        const place = samplePlace({ tenant, namespace });
        expect(placeOfPath(pathOf(place))).toEqual(place);
        expect(placeOfId(tenant, entryIdOf(place))).toEqual(place);
      }),
    );
  });

  it('has one path and one id: nothing else leads to it', () => {
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', ':', '%', '0', '4', '1', '-'), maxLength: 16 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    fc.assert(
      fc.property(name, text, (tenant, id) => {
        const byPath = placeOfPath(id);
        if (byPath !== null) expect(pathOf(byPath)).toBe(id);
        const byId = placeOfId(tenant, id);
        if (byId !== null) expect([byId.tenant, entryIdOf(byId)]).toEqual([tenant, id]);
      }),
    );
  });

  it.each([
    '',
    ':',
    'key',
    'default:',
    ':default:key',
    'default:key:key',
    'default:%',
    'default:k%0041',
    '%0061:key',
    '%003a:key',
    'ä:key',
    'a b:key',
    'default:key\n',
  ])('has not the id %j', (id) => {
    expect(placeOfId('acme', id)).toBeNull();
  });
});

describe('the id of an entry', () => {
  it('tells its namespace and key, and not its tenant', () => {
    expect(entryIdOf(samplePlace({ tenant: 'secret', namespace: 'a:b', key: 'k' }))).toBe(
      'a%003Ab:k',
    );
  });
});
