import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSocketSession } from '../../../src/server/socket-session.ts';
import {
  type Authentication,
  AuthenticationUnavailable,
  type Session,
} from '../../../src/tenancy/authentication.ts';
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts';
import { samplePrincipal } from '../../support/sample-principal.ts';

const CREDENTIALS = { authorization: 'Bearer hush' };
const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A socket, and what the credentials of its client are worth now. */
function openSocket(clock: FakeClock = fakeClock()) {
  const listeners = new Set<() => void>();
  let answer: () => Promise<Session | null> = async () => null;
  let asked = 0;
  const authentication: Authentication = {
    authenticate() {
      asked += 1;
      return answer();
    },
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const closes: number[] = [];
  const session = createSocketSession(authentication, clock, (code) => void closes.push(code));
  return {
    session,
    closes,
    clock,
    asked: () => asked,
    listeners,
    answers(next: () => Promise<Session | null>) {
      answer = next;
    },
    /** Lets that answer be heard of too. */
    async change(next: () => Promise<Session | null>) {
      answer = next;
      for (const listener of listeners) listener();
      await vi.advanceTimersByTimeAsync(0);
    },
    tenant: () => session.principal()?.tenant ?? null,
    pass(milliseconds: number) {
      clock.advance(milliseconds);
      vi.advanceTimersByTime(milliseconds);
    },
  };
}

function good(tenant = 'acme', expiresAt: number | null = null) {
  return async () => ({ principal: samplePrincipal({ tenant }), expiresAt });
}

const nobody = async () => null;
const unavailable = () => Promise.reject(new AuthenticationUnavailable('away'));

describe('a socket', () => {
  it('is nobody’s until the credentials were found good', async () => {
    const socket = openSocket();
    expect(socket.tenant()).toBeNull();
    socket.answers(good());
    expect(await socket.session.open(CREDENTIALS)).toBe(true);
    expect(socket.tenant()).toBe('acme');
    expect(socket.closes).toEqual([]);
  });

  it.each([
    ['4401, after which clients stay away, when they are not good', nobody, 4401],
    ['1013, after which clients come back, when nobody can tell', unavailable, 1013],
  ])('is closed with %s', async (_when, answer, code) => {
    const socket = openSocket();
    socket.answers(answer);
    expect(await socket.session.open(CREDENTIALS)).toBe(false);
    expect(socket.closes).toEqual([code]);
    expect(socket.tenant()).toBeNull();
  });

  it('lets a fault be handled by whoever opens it', async () => {
    const socket = openSocket();
    socket.answers(() => Promise.reject(new Error('a fault')));
    await expect(socket.session.open(CREDENTIALS)).rejects.toThrow('a fault');
  });
});

describe('credentials that expire', () => {
  it('close the socket then, and not before', async () => {
    const socket = openSocket();
    socket.answers(good('acme', socket.clock.now() + 60_000));
    await socket.session.open(CREDENTIALS);
    socket.pass(59_999);
    expect(socket.closes).toEqual([]);
    socket.pass(1);
    expect(socket.closes).toEqual([4403]);
    expect(socket.tenant()).toBeNull();
  });

  it('close it at once where they were kept too long', async () => {
    const socket = openSocket();
    socket.answers(good('acme', socket.clock.now()));
    expect(await socket.session.open(CREDENTIALS)).toBe(false);
    expect(socket.closes).toEqual([4403]);
  });

  it('close it then though no timer waits that long', async () => {
    const socket = openSocket();
    socket.answers(good('acme', socket.clock.now() + 60 * DAY_MS));
    await socket.session.open(CREDENTIALS);
    for (let day = 0; day < 59; day += 1) socket.pass(DAY_MS);
    expect(socket.closes).toEqual([]);
    socket.pass(DAY_MS);
    expect(socket.closes).toEqual([4403]);
  });

  it('close it by the time of day, which may be set back', async () => {
    const socket = openSocket();
    const expiresAt = socket.clock.now() + 60_000;
    socket.answers(good('acme', expiresAt));
    await socket.session.open(CREDENTIALS);
    socket.clock.set(expiresAt - 90_000);
    socket.pass(60_000);
    expect(socket.closes).toEqual([]);
    socket.pass(30_000);
    expect(socket.closes).toEqual([4403]);
  });

  it('close nothing once the socket is closed', async () => {
    const socket = openSocket();
    socket.answers(good('acme', socket.clock.now() + 60_000));
    await socket.session.open(CREDENTIALS);
    socket.session.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(socket.tenant()).toBeNull();
  });
});

describe('credentials that change', () => {
  it('make the socket that of another user of the tenant', async () => {
    const socket = openSocket();
    socket.answers(good());
    await socket.session.open(CREDENTIALS);
    const principal = samplePrincipal({ user: 'ann', operator: true });
    await socket.change(async () => ({ principal, expiresAt: socket.clock.now() + 1_000 }));
    expect(socket.session.principal()).toBe(principal);
    socket.pass(1_000);
    expect(socket.closes).toEqual([4403]);
  });

  it('close it when they are another tenant’s, whose what goes on is not', async () => {
    const socket = openSocket();
    socket.answers(good());
    await socket.session.open(CREDENTIALS);
    await socket.change(good('globex'));
    expect(socket.closes).toEqual([4403]);
    expect(socket.tenant()).toBeNull();
  });

  it('close it when they are no operator’s any more', async () => {
    const socket = openSocket();
    const principal = samplePrincipal({ operator: true });
    socket.answers(async () => ({ principal, expiresAt: null }));
    await socket.session.open(CREDENTIALS);
    await socket.change(good());
    expect(socket.closes).toEqual([4403]);
  });

  it('close it when they are not good any more, with a code after which clients come back', async () => {
    const socket = openSocket();
    socket.answers(good());
    await socket.session.open(CREDENTIALS);
    await socket.change(nobody);
    expect(socket.closes).toEqual([4403]);
    expect(socket.tenant()).toBeNull();
  });

  it('no longer end when they did', async () => {
    const socket = openSocket();
    socket.answers(good('acme', socket.clock.now() + 1_000));
    await socket.session.open(CREDENTIALS);
    await socket.change(good());
    expect(vi.getTimerCount()).toBe(0);
    socket.pass(DAY_MS);
    expect(socket.closes).toEqual([]);
  });

  it('leave it as it is while nobody can tell', async () => {
    const socket = openSocket();
    socket.answers(good());
    await socket.session.open(CREDENTIALS);
    await socket.change(unavailable);
    expect(socket.tenant()).toBe('acme');
    expect(socket.closes).toEqual([]);
  });

  it('are not asked for where nobody has shown any, nor once the socket is closed', async () => {
    const socket = openSocket();
    await socket.change(good());
    expect(socket.asked()).toBe(0);
    await socket.session.open(CREDENTIALS);
    socket.session.end();
    expect(socket.listeners.size).toBe(0);
  });
});

describe('a socket that is closed while its credentials are looked at', () => {
  it('stays nobody’s, and waits for nothing', async () => {
    const socket = openSocket();
    const answer = Promise.withResolvers<Session>();
    socket.answers(() => answer.promise);
    const opening = socket.session.open(CREDENTIALS);
    socket.session.end();
    answer.resolve(await good('acme', socket.clock.now() + 60_000)());
    expect(await opening).toBe(false);
    expect(socket.tenant()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });
});
