import { openModels } from '../src/cache-adapters.ts';
import type { SemanticCacheConfig } from '../src/config/config.ts';

/** How many texts are encoded at a time. */
const AT_ONCE = 64;

/** The encoder of the gateway, opened when the first text needs it. */
export type TrainingEncoder = AsyncDisposable & {
  /** Null without an encoder (ENCODER=none). */
  id(): Promise<string | null>;
  encode(text: string): Promise<Float32Array | null>;
  encodeAll<Item>(
    items: readonly Item[],
    textOf: (item: Item) => string,
  ): AsyncIterable<{ readonly item: Item; readonly vector: Float32Array | null }>;
};

export function openLazyEncoder(config: SemanticCacheConfig): TrainingEncoder {
  const { signal } = new AbortController();
  let opened: ReturnType<typeof openModels> | null = null;

  function models() {
    opened ??= openModels(config);
    return opened;
  }

  async function encode(text: string): Promise<Float32Array | null> {
    const { encoder } = (await models()) ?? {};
    return encoder === undefined ? null : encoder.encode(text, signal);
  }

  return {
    id: async () => (await models())?.encoder.id ?? null,
    encode,
    async *encodeAll(items, textOf) {
      for (let from = 0; from < items.length; from += AT_ONCE) {
        const some = items.slice(from, from + AT_ONCE);
        const vectors = await Promise.all(some.map((item) => encode(textOf(item))));
        yield* some.map((item, index) => ({ item, vector: vectors[index] ?? null }));
      }
    },
    async [Symbol.asyncDispose]() {
      const there = await opened?.catch(() => null);
      if (!there) return;
      for (const each of [there.encoder, there.pairModel, there.workers]) {
        await each[Symbol.asyncDispose]();
      }
    },
  };
}
