/**
 * The vectors of prompts that were encoded of late: a prompt is encoded once when it is looked up, when its answer is
 * kept, and when it comes again. Who asks while it is being encoded waits for the same vector. A failure is not kept.
 */
export function recentVectors(
  encode: (prompt: string) => Promise<Float32Array>,
  options: { readonly most: number },
): (prompt: string) => Promise<Float32Array> {
  /** In the order in which they were last asked for. */
  const vectors = new Map<string, Promise<Float32Array>>();

  return (prompt) => {
    const known = vectors.get(prompt);
    vectors.delete(prompt);
    const vector = known ?? encode(prompt);
    vectors.set(prompt, vector);
    if (known === undefined) {
      vector.catch(() => vectors.get(prompt) === vector && vectors.delete(prompt));
      const [oldest] = vectors.keys();
      if (vectors.size > options.most && oldest !== undefined) vectors.delete(oldest);
    }
    return vector;
  };
}
