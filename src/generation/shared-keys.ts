/** What an idempotency key stands for, in whichever process. Plain JSON. */
export type KeyHolder = {
  readonly generationId: string;
  /** Of the request's input. */
  readonly digest: string;
};

/**
 * The idempotency keys that all processes know of together.
 *
 * What callers may rely on: nothing here rejects. While what is shared is away every process answers for itself.
 */
export type SharedKeys = {
  /** Who holds the key: `holder` when it was free, or nobody can tell. */
  hold(name: string, holder: KeyHolder): Promise<KeyHolder>;
  /** Puts `next` in the place of `held`; false when that one does not hold the key any more. */
  replace(name: string, held: KeyHolder, next: KeyHolder): Promise<boolean>;
  /** The generation is over: the key stands for it as long as it is known, and no longer. */
  settle(name: string, generationId: string): Promise<void>;
  /** Frees the key, unless it stands for another generation by now. */
  free(name: string, generationId: string): Promise<void>;
};
