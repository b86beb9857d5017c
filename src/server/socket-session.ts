import type { Clock } from '../domain/clock.ts';
import {
  type Authentication,
  AuthenticationUnavailable,
  type Credentials,
} from '../tenancy/authentication.ts';
import type { Principal } from '../tenancy/principal.ts';
import { type LastingSession, lastingSession } from './lasting-session.ts';

/** Whose a socket is, from its connection to its close. */
export type SocketSession = {
  /** Null until the credentials were found good, and again when they are not any more. */
  principal(): Principal | null;
  /** Whether the credentials are good; when they are not, or nobody can tell, the socket is closed. */
  open(credentials: Credentials): Promise<boolean>;
  /** To be called once the socket is closed. */
  end(): void;
};

/** Clients of graphql-ws do not connect again by themselves after this code. */
const CLOSE_UNAUTHORIZED = 4401;
/** After these they do, with `connectionParams` made anew. */
const CLOSE_FORBIDDEN = 4403;
const CLOSE_TRY_AGAIN_LATER = 1013;

/** A session on a socket, which is closed when that is over. */
export function createSocketSession(
  authentication: Authentication,
  clock: Clock,
  close: (code: number, reason: string) => void,
): SocketSession {
  let session: LastingSession | null = null;
  let ended = false;

  async function open(credentials: Credentials): Promise<boolean> {
    try {
      const found = await authentication.authenticate(credentials);
      if (found === null) {
        close(CLOSE_UNAUTHORIZED, 'Unauthorized');
      } else if (!ended) {
        session = lastingSession({ authentication, clock }, credentials, found, (reason) =>
          close(CLOSE_FORBIDDEN, reason),
        );
      }
    } catch (error) {
      if (!(error instanceof AuthenticationUnavailable)) throw error;
      close(CLOSE_TRY_AGAIN_LATER, 'Try again later');
    }
    return principal() !== null;
  }

  function principal(): Principal | null {
    return session?.principal() ?? null;
  }

  return {
    principal,
    open,
    end() {
      ended = true;
      session?.end();
    },
  };
}
