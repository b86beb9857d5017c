import type { Principal } from './principal.ts';

/** What a transport knows of a caller. */
export type Credentials = {
  /** The value of `Authorization`, scheme included: an HTTP header, or a WebSocket's `connectionParams`. */
  readonly authorization: string | null;
};

/** A caller who was recognised. */
export type Session = {
  readonly principal: Principal;
  /** Milliseconds since the Unix epoch: from then on the credentials are not good any more. Null: no end is known. */
  readonly expiresAt: number | null;
};

/**
 * Tells who a caller is.
 *
 * What callers may rely on:
 * - `authenticate` resolves to null when the credentials are not good; the transports turn that into
 *   UNAUTHENTICATED. It is called once for each HTTP request, and for each WebSocket when it connects.
 * - It rejects with `AuthenticationUnavailable` when that cannot be told now.
 * - `onChanged` hears when credentials that were good may not be any more, or mean something else: whoever keeps a
 *   session open then asks again. Returns how to stop hearing it.
 */
export type Authentication = {
  authenticate(credentials: Credentials): Promise<Session | null>;
  onChanged(listener: () => void): () => void;
};

/** Who calls cannot be found out now; the same credentials may be good later. */
export class AuthenticationUnavailable extends Error {
  override readonly name = 'AuthenticationUnavailable';

  constructor(cause: unknown) {
    super('The credentials cannot be checked now; try again.', { cause });
  }
}
