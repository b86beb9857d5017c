/** The payloads that one listener was sent, as JSON, from the start of a stream to its end. */
export type Recording = {
  readonly started: string;
  /** Those with text. */
  readonly texts: readonly RecordedText[];
  readonly ended: string;
};

/** `afterMs`: how long after the first text. */
export type RecordedText = { readonly afterMs: number; readonly payload: string };
