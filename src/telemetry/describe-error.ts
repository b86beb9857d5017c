/** An error as it is logged. Plain JSON. */
export type DescribedError = {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: DescribedError;
  readonly errors?: readonly DescribedError[];
};

/** How deep causes are followed. They may form a circle. */
const DEEPEST = 5;

/**
 * What was thrown, with its stack and its causes. Nothing else that hangs on an error is taken over:
 * libraries hang what they were sending on theirs, prompts and keys included.
 */
export function describeError(thrown: unknown, depth = 0): DescribedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'Not an error.' };
  const { name, message, stack, cause } = thrown;
  const deeper = (inner: unknown) => describeError(inner, depth + 1);
  return {
    type: name,
    message,
    ...('code' in thrown && typeof thrown.code === 'string' && { code: thrown.code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && depth < DEEPEST && { cause: deeper(cause) }),
    ...(thrown instanceof AggregateError &&
      depth < DEEPEST && { errors: thrown.errors.slice(0, DEEPEST).map(deeper) }),
  };
}
