import type { Clock } from '../domain/clock.ts';
import {
  type Authentication,
  AuthenticationUnavailable,
  type Credentials,
  type Session,
} from '../tenancy/authentication.ts';
import type { Principal } from '../tenancy/principal.ts';

/** Whose a socket is, from its connection to its close. */
export type SocketSession = {
  /** Null until the credentials were found good. */
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

/** What `setTimeout` can wait for; a longer time would be over at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * A session on a socket. Credentials that expire close it, and so does a change after which they are not good any
 * more; after one by which they mean something else, what comes next on the socket is done on behalf of that.
 */
export function createSocketSession(
  authentication: Authentication,
  clock: Clock,
  close: (code: number, reason: string) => void,
): SocketSession {
  let session: Session | null = null;
  let credentials: Credentials | null = null;
  let timer: NodeJS.Timeout | undefined;
  const stopHearing = authentication.onChanged(() => void askAgain());

  async function open(given: Credentials): Promise<boolean> {
    credentials = given;
    try {
      session = await authentication.authenticate(given);
    } catch (error) {
      if (!(error instanceof AuthenticationUnavailable)) throw error;
      close(CLOSE_TRY_AGAIN_LATER, 'Try again later');
      return false;
    }
    if (session === null) close(CLOSE_UNAUTHORIZED, 'Unauthorized');
    else watchExpiry(session);
    return session !== null;
  }

  /** What cannot be found out now stays as it was. */
  async function askAgain() {
    if (session === null || credentials === null) return;
    try {
      session = await authentication.authenticate(credentials);
    } catch {
      return;
    }
    if (session === null) close(CLOSE_FORBIDDEN, 'Credentials no longer valid');
    else watchExpiry(session);
  }

  function watchExpiry({ expiresAt }: Session) {
    clearTimeout(timer);
    if (expiresAt === null) return;
    const leftMs = expiresAt - clock.now();
    if (leftMs <= 0) return close(CLOSE_FORBIDDEN, 'Credentials expired');
    timer = setTimeout(() => session && watchExpiry(session), Math.min(leftMs, LONGEST_TIMER_MS));
    timer.unref();
  }

  return {
    principal: () => session?.principal ?? null,
    open,
    end() {
      stopHearing();
      clearTimeout(timer);
      session = null;
    },
  };
}
