import { describe, expect, it } from 'vitest';
import { batchesOf, createSender, WarmError } from '../../../scripts/warm-batches.ts';
import type { PlacedEntry } from '../../../scripts/warm-file.ts';

const url = 'http://gateway/graphql';

function placed(count: number, answer = 'Crumbs.'): readonly PlacedEntry[] {
  const bare = { system: null, namespace: null, model: null, ttlSeconds: null };
  return Array.from({ length: count }, (_, index) => ({
    place: `line ${2 * index + 1}`,
    entry: { prompt: `Question ${index}?`, answer, ...bare },
  }));
}

const stored = { data: { warmCache: { stored: 2, skipped: 0 } } };

/** A server that answers one call after another so; a status, or a body; the last one again and again. */
function openSender(
  replies: readonly (object | number | string | Error)[],
  key: string | null = null,
) {
  const calls: { headers: Headers; body: { variables: { entries: unknown[] } } }[] = [];
  const pauses: number[] = [];
  const reasons: string[] = [];
  const send = createSender({
    url,
    key,
    async fetch(_to, init) {
      const reply = replies[Math.min(calls.length, replies.length - 1)];
      calls.push({ headers: new Headers(init?.headers), body: JSON.parse(String(init?.body)) });
      if (reply instanceof Error) throw new TypeError('fetch failed', { cause: reply });
      if (typeof reply === 'number') return new Response('<html>', { status: reply });
      return new Response(typeof reply === 'string' ? reply : JSON.stringify(reply));
    },
    pause: async (ms) => void pauses.push(ms),
    onRetry: (reason) => void reasons.push(reason),
  });
  return { send, calls, pauses, reasons };
}

function refusedWith(message: string, extensions: object) {
  return { data: { warmCache: null }, errors: [{ message, extensions }] };
}

describe('batches', () => {
  it('hold every entry once, in order, at most a hundred each', () => {
    const entries = placed(250);
    const batches = [...batchesOf(entries)];
    expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(batches.flat()).toEqual(entries);
    expect([...batchesOf([])]).toEqual([]);
  });

  it('are no larger than a body may be, but for an entry that is', () => {
    const entries = [...placed(10, 'x'.repeat(100_000)), ...placed(1, 'x'.repeat(600_000))];
    const sizes = [...batchesOf(entries)].map((batch) => JSON.stringify(batch).length);
    expect(sizes.length).toBeLessThan(entries.length);
    for (const size of sizes.slice(0, -1)) expect(size).toBeLessThan(300_000);
    expect([...batchesOf(entries)].flat()).toEqual(entries);
  });
});

describe('a batch', () => {
  it('is stored by the mutation, with the key', async () => {
    const { send, calls } = openSender([stored], 'sk-ops');
    const batch = placed(2);
    expect(await send(batch)).toEqual({ stored: 2, skipped: 0 });
    expect(calls[0]?.headers.get('authorization')).toBe('Bearer sk-ops');
    expect(calls[0]?.body.variables.entries).toEqual(batch.map(({ entry }) => entry));
  });

  it('is sent without a key to a server that asks for none', async () => {
    const { send, calls } = openSender([stored]);
    await send(placed(2));
    expect(calls[0]?.headers.get('authorization')).toBeNull();
  });

  it.each([
    ['that cannot be reached', new Error('connect ECONNREFUSED')],
    ['behind a proxy that is without it', 502],
    ['that is asked too often', 429],
    ['that says so', refusedWith('Shutting down.', { code: 'SHUTTING_DOWN', retryable: true })],
  ])('is sent again to a server %s', async (_what, reply) => {
    const { send, calls, pauses, reasons } = openSender([reply, reply, stored]);
    expect(await send(placed(2))).toEqual({ stored: 2, skipped: 0 });
    expect(calls).toHaveLength(3);
    expect(pauses).toEqual([500, 1_000]);
    expect(reasons).toHaveLength(2);
  });

  it('is given up after a while, with the reason', async () => {
    const { send, calls } = openSender([new Error('connect ECONNREFUSED 127.0.0.1:4000')]);
    await expect(send(placed(2))).rejects.toThrow(
      new WarmError(`${url} cannot be reached: connect ECONNREFUSED 127.0.0.1:4000.`),
    );
    expect(calls).toHaveLength(6);
  });

  it('is not sent again when it is refused, and what is wrong is told by its place', async () => {
    const message =
      'The input is not valid: entries[0].model is refused: It is not served; entries[1].prompt must not be blank.';
    const { send, calls } = openSender([refusedWith(message, { code: 'BAD_USER_INPUT' })]);
    await expect(send(placed(2))).rejects.toThrow(
      new WarmError(
        'The input is not valid: line 1: model is refused: It is not served; line 3: prompt must not be blank.',
      ),
    );
    expect(calls).toHaveLength(1);
  });

  it.each(['UNAUTHENTICATED', 'FORBIDDEN'])('says what is missing when it is %s', async (code) => {
    const { send } = openSender([refusedWith('No.', { code })]);
    await expect(send(placed(2))).rejects.toThrow(
      "No. Show an operator's key: --key, or SLUICE_API_KEY.",
    );
  });

  it('is refused as a whole when one entry is larger than a body may be', async () => {
    const { send } = openSender([413]);
    await expect(send(placed(1))).rejects.toThrow(/^line 1 is larger than the server takes/);
  });

  it.each([
    404,
    '<html>',
    {},
    { data: null },
  ])('is not stored by what is no gateway: %j', async (reply) => {
    const { send, calls } = openSender([reply]);
    await expect(send(placed(2))).rejects.toThrow(/and not as the gateway does/);
    expect(calls).toHaveLength(1);
  });
});
