import { hash } from 'node:crypto';

/** The documents that clients may run, as the operator was given them by the people who build the clients. */
export type TrustedDocuments = {
  /**
   * The text of the document with this id; null when there is none. Each document goes by its id in the file, and by
   * the SHA-256 of its text in hex, with the prefix `sha256:` or without.
   */
  textOf(id: string): string | null;
  /** Whether this is the text of one of them, character by character. */
  includes(text: string): boolean;
};

const PREFIX = 'sha256:';
const SHA256 = /^[0-9a-f]{64}$/;

/** @param documents texts by their ids */
export function trustDocuments(documents: ReadonlyMap<string, string>): TrustedDocuments {
  const texts = new Set(documents.values());
  const byName = new Map<string, string>();
  for (const text of texts) {
    const digest = sha256(text);
    byName.set(digest, text).set(PREFIX + digest, text);
  }
  for (const [id, text] of documents) {
    byName.set(id, text);
    if (SHA256.test(id)) byName.set(PREFIX + id, text);
  }
  return {
    textOf: (id) => byName.get(id) ?? null,
    includes: (text) => texts.has(text),
  };
}

/**
 * Whether an id says of itself that it is the SHA-256 of a text, and is not. Hex digits alone say nothing: some tools
 * hash a document before they print it, or with other white space.
 *
 * @see https://github.com/graphql/graphql-over-http/blob/main/spec/Appendix%20A%20--%20Persisted%20Documents.md
 */
export function belies(id: string, text: string): boolean {
  return id.startsWith(PREFIX) && id !== PREFIX + sha256(text);
}

function sha256(text: string): string {
  return hash('sha256', text);
}
