import { type DocumentNode, GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';

/** What yoga asks of the cache of its parser. */
export type DocumentCache<V> = {
  get(text: string): V | undefined;
  set(text: string, parsed: V): void;
};

/**
 * Measured on graphql 16 with typical operations: a token with its share of the syntax tree holds about
 * 350 bytes.
 */
const BYTES_PER_TOKEN = 400;
const BYTES_PER_CHARACTER = 2;

/** A document that would take more than this share of the cache is not kept at all. */
const LARGEST_SHARE = 1 / 32;

/**
 * Parsed documents, or their syntax errors, by their text; the least recently used go first. Bounded in
 * bytes and not in entries, because a document may hold a prompt of any length that nobody sends again.
 */
export function createDocumentCache<V extends DocumentNode | GraphQLError>(options: {
  maxBytes: number;
}): DocumentCache<V> {
  const cache = new LRUCache<string, V>({
    maxSize: options.maxBytes,
    maxEntrySize: Math.floor(options.maxBytes * LARGEST_SHARE),
    sizeCalculation: (parsed, text) =>
      BYTES_PER_CHARACTER * text.length + BYTES_PER_TOKEN * (1 + tokensOf(parsed)),
  });
  return {
    get: (text) => cache.get(text),
    set: (text, parsed) => void cache.set(text, parsed),
  };
}

function tokensOf(parsed: DocumentNode | GraphQLError): number {
  if (parsed instanceof GraphQLError) return 0;
  let tokens = 0;
  for (let token = parsed.loc?.startToken ?? null; token !== null; token = token.next) tokens += 1;
  return tokens;
}
