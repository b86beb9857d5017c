/**
 * The same error without what was sent: ioredis hangs the command with all its arguments on what it
 * throws, and Redis repeats the first arguments of a command that it does not know. Prompts and answers
 * are among them, so nothing that ioredis throws may be logged or thrown on as it is.
 */
export function withoutArguments(thrown: unknown): Error {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const said = message || causesOf(thrown) || 'The connection failed.';
  const error = new Error(said.replace(/,? with args beginning with:.*$/s, ''));
  error.name = name;
  return error;
}

/** A host with several addresses, none of which can be connected to, is an AggregateError without a message. */
function causesOf(thrown: unknown): string {
  if (!(thrown instanceof AggregateError)) return '';
  return thrown.errors.map((cause) => (cause instanceof Error ? cause.message : '')).join('; ');
}
