import type { Encoder } from './encoder.ts';
import type { PairModel } from './pair-model.ts';

/** The models as the cache asks them: each call answers or rejects within its deadline. */
export type Models = {
  readonly encoder: Pick<Encoder, 'id' | 'dimensions'> & {
    encode(text: string): Promise<Float32Array>;
  };
  readonly pairModel: Pick<PairModel, 'id'> & {
    compare(asked: string, stored: readonly string[]): Promise<readonly number[]>;
  };
};
