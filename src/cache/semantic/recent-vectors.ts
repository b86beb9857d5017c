export type RecentVectors = {
  of(tenant: string, prompt: string): Promise<Float32Array>;
  forget(tenant: string): void;
};

/**
 * The vectors of prompts that were encoded of late: a prompt is encoded once when it is looked up, when its answer is
 * kept, and when it comes again. Who asks while it is being encoded waits for the same vector. A failure is not kept.
 *
 * Each tenant has its own, so that none is answered sooner for what another one asked.
 */
export function recentVectors(
  encode: (prompt: string) => Promise<Float32Array>,
  options: { readonly most: number },
): RecentVectors {
  /** In the order in which they were last asked for. */
  const recent = new Map<string, { tenant: string; vector: Promise<Float32Array> }>();

  function encoded(tenant: string, prompt: string, key: string) {
    const fresh = { tenant, vector: encode(prompt) };
    fresh.vector.catch(() => recent.get(key) === fresh && recent.delete(key));
    return fresh;
  }

  return {
    of(tenant, prompt) {
      const key = JSON.stringify([tenant, prompt]);
      const found = recent.get(key) ?? encoded(tenant, prompt, key);
      recent.delete(key);
      recent.set(key, found);
      const [oldest] = recent.keys();
      if (recent.size > options.most && oldest !== undefined) recent.delete(oldest);
      return found.vector;
    },
    forget(tenant) {
      for (const [key, each] of recent) if (each.tenant === tenant) recent.delete(key);
    },
  };
}
