import { describe, expect, it } from 'vitest';
import { unitOf } from '../../../src/router/unit.ts';
import { samplePrincipal } from '../../support/sample-principal.ts';

describe('who is given a share of a split', () => {
  const newId = () => 'a new id';
  const keyed = (stickyKey: string | null) => ({ routing: { stickyKey, tier: null } });

  it('is whom the sticky key names, else the user, else the request by itself', () => {
    const user = samplePrincipal({ tenant: 'acme', user: 'ann' });
    const nobody = samplePrincipal({ tenant: 'acme', user: null });
    const sticky = unitOf(keyed('conversation-1'), user, newId);
    expect(sticky).toEqual(unitOf(keyed('conversation-1'), nobody, newId));
    expect(sticky).toMatchObject({ lasting: true });
    expect(unitOf(keyed(null), user, newId)).toMatchObject({ lasting: true });
    expect(unitOf(keyed(null), nobody, newId)).toEqual({ key: 'a new id', lasting: false });
  });

  it('is another one for another tenant, and for a key that is spelled like a user', () => {
    const ann = samplePrincipal({ tenant: 'acme', user: 'ann' });
    const keys = [
      unitOf(keyed('ann'), ann, newId),
      unitOf(keyed(null), ann, newId),
      unitOf(keyed('ann'), { ...ann, tenant: 'other' }, newId),
      unitOf(keyed(null), { ...ann, tenant: 'other' }, newId),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(4);
  });
});
