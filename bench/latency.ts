import { Pool } from 'undici';

/** Milliseconds. */
export type Latency = { readonly p50: number; readonly p99: number; readonly count: number };

/** Sends one body after another over one connection; resolves when the answer is read. */
export type Sender = (body: string) => Promise<void>;

/** A connection to `url`, for JSON. It throws on any answer but 200, and on GraphQL errors. */
export function connect(url: string): { send: Sender; close: () => Promise<void> } {
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return {
    async send(body) {
      const response = await pool.request({ method: 'POST', path, headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 200 || text.includes('"errors"') || text.includes('Failure')) {
        throw new Error(`HTTP ${response.statusCode}: ${text.slice(0, 200)}`);
      }
    },
    close: () => pool.close(),
  };
}

/**
 * Times several kinds of request, one request at a time and in turns, so that whatever else the machine
 * does falls on all of them alike. The first tenth of the rounds is warm-up and not counted.
 */
export async function timeInTurns<Name extends string>(
  rounds: number,
  kinds: Readonly<Record<Name, (round: number) => Promise<void>>>,
): Promise<Record<Name, Latency>> {
  const times = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, request] of Object.entries(kinds) as [
      Name,
      (round: number) => Promise<void>,
    ][]) {
      const startedAt = performance.now();
      await request(round);
      const tookMs = performance.now() - startedAt;
      if (round < rounds / 10) continue;
      const known = times.get(name);
      if (known === undefined) times.set(name, [tookMs]);
      else known.push(tookMs);
    }
  }
  return Object.fromEntries([...times].map(([name, each]) => [name, latencyOf(each)])) as Record<
    Name,
    Latency
  >;
}

/** What single times, in milliseconds, come to. */
export function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), count: sorted.length };
}

export function median(values: readonly number[]): number {
  return latencyOf(values).p50;
}
