import type { Clock } from '../domain/clock.ts';
import {
  type Authentication,
  AuthenticationUnavailable,
  type Credentials,
  type Session,
} from '../tenancy/authentication.ts';
import type { Principal } from '../tenancy/principal.ts';

/** A session that lasts longer than one answer. */
export type LastingSession = {
  /** Null once it is over. */
  principal(): Principal | null;
  /** To be called when nobody uses it any more. */
  end(): void;
};

/** What `setTimeout` can wait for; a longer time would be over at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Goes on with a session until its credentials expire, or a change takes from them what is under way: they are not
 * good any more, another tenant's, or an operator's no longer. After any other change it is the session of what they
 * mean now. What cannot be found out now stays as it was.
 *
 * @param onOver called once when the session is over, and not after `end`
 */
export function lastingSession(
  { authentication, clock }: { authentication: Authentication; clock: Clock },
  credentials: Credentials,
  begun: Session,
  onOver: (reason: string) => void,
): LastingSession {
  let session: Session | null = null;
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const stopHearing = authentication.onChanged(() => void askAgain());
  become(begun);

  async function askAgain() {
    try {
      const found = await authentication.authenticate(credentials);
      if (ended) return;
      if (found === null) over('Credentials no longer valid');
      else if (isLess(found)) over('Credentials mean something else');
      else become(found);
    } catch (error) {
      if (!(error instanceof AuthenticationUnavailable)) throw error;
    }
  }

  function isLess({ principal: { tenant, operator } }: Session): boolean {
    const before = session?.principal;
    return before !== undefined && (before.tenant !== tenant || (before.operator && !operator));
  }

  function become(found: Session) {
    session = found;
    watchExpiry(found);
  }

  function watchExpiry({ expiresAt }: Session) {
    clearTimeout(timer);
    if (expiresAt === null) return;
    const leftMs = expiresAt - clock.now();
    if (leftMs <= 0) return over('Credentials expired');
    timer = setTimeout(() => session && watchExpiry(session), Math.min(leftMs, LONGEST_TIMER_MS));
    timer.unref();
  }

  /** A client may go on sending until it has heard of it: nothing is done for it any more. */
  function over(reason: string) {
    end();
    onOver(reason);
  }

  function end() {
    ended = true;
    session = null;
    clearTimeout(timer);
    stopHearing();
  }

  return { principal: () => session?.principal ?? null, end };
}
