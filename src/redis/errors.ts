/**
 * What went wrong, without what was sent: ioredis hangs the command with all its arguments on what it
 * throws, and Redis repeats the first arguments of a command that it does not know. Prompts and answers
 * are among them, so nothing that ioredis throws may be logged or thrown on as it is.
 */
export function withoutArguments(thrown: unknown): Error {
  const message = messageOf(thrown) || 'The connection failed.';
  return new Error(message.replace(/,? with args beginning with:.*$/s, ''));
}

/** What a command answers; what it throws holds nothing of what was sent. */
export async function answerOf<Answer>(command: Promise<Answer>): Promise<Answer> {
  try {
    return await command;
  } catch (error) {
    throw withoutArguments(error);
  }
}

/**
 * A host with several addresses, none of which can be connected to, is an AggregateError without a message. That no
 * node of a cluster can be asked is an error that tells only beside its message what was wrong with the last.
 */
function messageOf(thrown: unknown): string {
  if (thrown instanceof AggregateError) return thrown.errors.map(messageOf).join('; ');
  if (thrown instanceof Error && 'lastNodeError' in thrown && thrown.lastNodeError) {
    return `${thrown.message} ${messageOf(thrown.lastNodeError)}`;
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
