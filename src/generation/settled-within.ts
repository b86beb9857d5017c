/** Resolves when one of `promises` has, or the time is over. */
export async function settledWithin(ms: number, promises: readonly Promise<unknown>[]) {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  try {
    await Promise.race([...promises, late]);
  } finally {
    clearTimeout(timer);
  }
}
