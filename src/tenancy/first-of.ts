import type { Authentication } from './authentication.ts';

/** Whoever the first one recognises that recognises him at all. */
export function firstOf(authentications: readonly Authentication[]): Authentication {
  return {
    async authenticate(credentials) {
      for (const authentication of authentications) {
        const session = await authentication.authenticate(credentials);
        if (session !== null) return session;
      }
      return null;
    },
    onChanged(listener) {
      const stops = authentications.map((each) => each.onChanged(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}
