import { describe, expect, it } from 'vitest';
import type { Authentication, Credentials } from '../../src/tenancy/authentication.ts';

export type OpenedAuthentication = AsyncDisposable & {
  readonly authentication: Authentication;
  /** Of somebody who is recognised. */
  readonly good: Credentials;
  /** Makes them not good any more; null where nothing does. */
  readonly withdraw: (() => Promise<void>) | null;
  /** Whether everyone is recognised. */
  readonly open: boolean;
};

/** What every adapter of the Authentication port does. */
export function describeAuthentication(
  name: string,
  open: () => Promise<OpenedAuthentication>,
): void {
  describe(`authentication ${name}`, () => {
    it('recognises a caller, each time as the same', async () => {
      await using opened = await open();
      const { authentication, good } = opened;
      const session = await authentication.authenticate(good);
      expect(session?.principal.tenant).toMatch(/./);
      expect(await authentication.authenticate(good)).toEqual(session);
    });

    it.each([
      ['nothing', null],
      ['an empty text', ''],
      ['a scheme without anything', 'Bearer '],
      ['an unknown scheme', 'Negotiate abc'],
      ['what nobody has', 'Bearer nobody-has-this-0123456789'],
      ['what nobody signed', 'Bearer eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJhY21lIn0.AA'],
      ['more than anybody has', `Bearer ${'x'.repeat(1_000_000)}`],
    ])('resolves to null for who shows %s, unless it is open', async (_what, authorization) => {
      await using opened = await open();
      const session = await opened.authentication.authenticate({ authorization });
      expect(session !== null).toBe(opened.open);
    });

    it('tells of credentials that are not good any more, and who hears it finds them so', async () => {
      await using opened = await open();
      const { authentication, good, withdraw } = opened;
      if (withdraw === null) return;
      const found: Promise<unknown>[] = [];
      authentication.onChanged(() => found.push(authentication.authenticate(good)));
      authentication.onChanged(() => found.push(Promise.resolve('heard')))();
      await withdraw();
      await expect.poll(() => Promise.all(found)).toEqual([null]);
    });
  });
}
