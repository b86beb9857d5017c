import type { ExitBarrier } from './exit-barrier.ts';

/** A text for an encoder; two for a pair model, in the order in which it reads them. */
export type ModelInput = string | readonly [first: string, second: string];

/** What a thread that runs models begins with (`inference-thread.ts`). */
export type InferenceData = {
  /** How many processors one run may use. */
  readonly processors: number;
  readonly barrier: ExitBarrier;
};

export type ToInference =
  | {
      readonly kind: 'load';
      readonly model: number;
      readonly path: string;
      readonly tokenizerPath: string;
    }
  | { readonly kind: 'unload'; readonly model: number }
  | {
      readonly kind: 'run';
      readonly call: number;
      readonly model: number;
      readonly inputs: readonly ModelInput[];
    }
  /** Nobody waits for the call any more. It may be answered all the same. */
  | { readonly kind: 'cancel'; readonly call: number }
  /** End the thread, after what is under way. */
  | { readonly kind: 'close' };

export type FromInference =
  | { readonly kind: 'loaded'; readonly model: number }
  | { readonly kind: 'unusable'; readonly model: number; readonly reason: string }
  /** The answers for all inputs, one after another. */
  | { readonly kind: 'answered'; readonly call: number; readonly numbers: Float32Array }
  | { readonly kind: 'failed'; readonly call: number; readonly reason: string };
