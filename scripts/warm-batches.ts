import { z } from 'zod';
import type { PlacedEntry } from './warm-file.ts';

/** So many at once keep the server busy, and show how far it came. */
const MAX_ENTRIES = 100;

/** Well below what a server takes in one body (MAX_BODY_BYTES). */
const MAX_BYTES = 256 * 1_024;

/** How long to wait before each further attempt. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

/** To turn the prompts of one batch into vectors may take a while. */
const TIMEOUT_MS = 120_000;

const WARM = `mutation Warm($entries: [WarmCacheEntry!]!) {
  warmCache(entries: $entries) { stored skipped }
}`;

const counts = z.object({ stored: z.number(), skipped: z.number() });

const responseError = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string(), retryable: z.boolean() }).partial().optional(),
});

type ResponseError = z.output<typeof responseError>;

const responseSchema = z.object({
  data: z.object({ warmCache: counts.nullable() }).nullish(),
  errors: z.array(responseError).optional(),
});

export type WarmCounts = z.output<typeof counts>;

/** The server did not store a batch, and will not when it is asked again as it was. */
export class WarmError extends Error {
  override readonly name = 'WarmError';
}

/** What is worth another attempt. */
class Unreachable extends Error {}

export function* batchesOf(entries: readonly PlacedEntry[]): Iterable<readonly PlacedEntry[]> {
  let batch: PlacedEntry[] = [];
  let bytes = 0;
  for (const placed of entries) {
    const size = Buffer.byteLength(JSON.stringify(placed.entry));
    if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes + size > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(placed);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/**
 * Stores batches by `warmCache`. A server that cannot be reached, or says that it may be asked again, is asked again,
 * for some fifteen seconds; to store an entry twice does no harm.
 *
 * @param options.key an operator's; null for a server that asks for none
 * @param options.onRetry hears why a batch is sent again
 * @throws WarmError
 */
export function createSender(options: {
  url: string;
  key: string | null;
  fetch: typeof fetch;
  pause: (ms: number) => Promise<void>;
  onRetry: (reason: string) => void;
}): (batch: readonly PlacedEntry[]) => Promise<WarmCounts> {
  const { url, key, pause, onRetry } = options;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    ...(key !== null && { authorization: `Bearer ${key}` }),
  };

  async function post(batch: readonly PlacedEntry[]): Promise<Response> {
    const variables = { entries: batch.map(({ entry }) => entry) };
    try {
      return await options.fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: WARM, variables }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new Unreachable(`${url} cannot be reached: ${reasonOf(error)}.`);
    }
  }

  async function attempt(batch: readonly PlacedEntry[]): Promise<WarmCounts> {
    const response = await post(batch);
    const text = await response.text().catch((error: unknown) => {
      throw new Unreachable(`${url} broke off: ${reasonOf(error)}.`);
    });
    const parsed = responseSchema.safeParse(parseJson(text));
    if (!parsed.success) throw answerOfNoServer(url, response.status, batch);
    const { data, errors: [error] = [] } = parsed.data;
    if (error?.extensions?.retryable || response.status >= 500) {
      throw new Unreachable(error?.message ?? `${url} answered with ${response.status}.`);
    }
    if (error !== undefined) throw refusedWith(error, batch);
    if (data?.warmCache == null) throw answerOfNoServer(url, response.status, batch);
    return data.warmCache;
  }

  return async (batch) => {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await attempt(batch);
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        onRetry(error.message);
        await pause(pauseMs);
      }
    }
    return attempt(batch).catch((error: unknown) => {
      throw error instanceof Unreachable ? new WarmError(error.message) : error;
    });
  };
}

/** A proxy in between, a server that is no gateway, or a body that was too large. */
function answerOfNoServer(url: string, status: number, batch: readonly PlacedEntry[]): Error {
  if (status >= 500 || status === 429) return new Unreachable(`${url} answered with ${status}.`);
  if (status === 413) {
    return new WarmError(`${batch[0]?.place} is larger than the server takes (MAX_BODY_BYTES).`);
  }
  return new WarmError(`${url} answered with ${status}, and not as the gateway does.`);
}

function refusedWith({ message, extensions }: ResponseError, batch: readonly PlacedEntry[]): Error {
  const needsKey = extensions?.code === 'UNAUTHENTICATED' || extensions?.code === 'FORBIDDEN';
  const hint = needsKey ? " Show an operator's key: --key, or SLUICE_API_KEY." : '';
  return new WarmError(withPlaces(message, batch) + hint);
}

/** The server counts the entries of a batch from 0; a person looks into the file. */
function withPlaces(message: string, batch: readonly PlacedEntry[]): string {
  return message.replace(
    /entries\[(\d+)\]\.?/g,
    (named, index: string) => `${batch[Number(index)]?.place ?? named}: `,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The reason of `fetch` stands in its cause. */
function reasonOf(error: unknown): string {
  const { cause, message } = error as { cause?: { message?: string }; message: string };
  return cause?.message || message;
}
