import type { z } from 'zod';

/** What another process said; null for what another version says, or nobody of ours. */
export function parseMessage<Message>(schema: z.ZodType<Message>, text: string): Message | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
