import { describe, expect, it } from 'vitest';
import {
  type Authentication,
  AuthenticationUnavailable,
  type Session,
} from '../../../src/tenancy/authentication.ts';
import { firstOf } from '../../../src/tenancy/first-of.ts';
import { samplePrincipal } from '../../support/sample-principal.ts';

const NOBODY = { authorization: null };

/** Recognises everyone as `tenant`; nobody for null. */
function recognising(tenant: string | null): Authentication & { change(): void } {
  const listeners = new Set<() => void>();
  const session: Session | null =
    tenant === null ? null : { principal: samplePrincipal({ tenant }), expiresAt: null };
  return {
    authenticate: async () => session,
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change() {
      for (const listener of listeners) listener();
    },
  };
}

async function tenantBy(authentications: readonly Authentication[]) {
  return (await firstOf(authentications).authenticate(NOBODY))?.principal.tenant;
}

describe('the first of several', () => {
  it('that recognises a caller tells who he is', async () => {
    expect(await tenantBy([recognising('a'), recognising('b')])).toBe('a');
    expect(await tenantBy([recognising(null), recognising('b')])).toBe('b');
  });

  it('is none when none recognises him', async () => {
    expect(await firstOf([recognising(null)]).authenticate(NOBODY)).toBeNull();
    expect(await firstOf([]).authenticate(NOBODY)).toBeNull();
  });

  it('is not told while one that is asked before cannot tell', async () => {
    const authenticate = () => Promise.reject(new AuthenticationUnavailable('away'));
    const away = { ...recognising(null), authenticate };
    await expect(tenantBy([away, recognising('b')])).rejects.toThrow(AuthenticationUnavailable);
    expect(await tenantBy([recognising('a'), away])).toBe('a');
  });

  it('changes with each of them, until nobody listens', () => {
    const [a, b] = [recognising('a'), recognising('b')];
    let heard = 0;
    const stop = firstOf([a, b]).onChanged(() => {
      heard += 1;
    });
    a.change();
    b.change();
    expect(heard).toBe(2);
    stop();
    a.change();
    b.change();
    expect(heard).toBe(2);
  });
});
