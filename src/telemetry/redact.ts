import type { LogFields } from './logger.ts';

const NEVER_WRITTEN: ReadonlySet<string> = new Set([
  'authorization',
  'apiKey',
  'key',
  'password',
  'prompt',
  'text',
  'answer',
]);

const MARK = '[not written]';

/** What lies deeper is not written at all. It may come round to where it began. */
const DEEPEST = 5;

/**
 * The fields, with a mark in place of what must never be written, at any depth. A second line of defence:
 * nobody should log such a field. Error objects are left to the error serializer.
 */
export function redact(fields: LogFields, depth = 0): LogFields {
  let changed: Record<string, unknown> | null = null;
  for (const [name, value] of Object.entries(fields)) {
    const written = NEVER_WRITTEN.has(name) ? MARK : redactValue(value, depth + 1);
    if (written === value) continue;
    changed ??= { ...fields };
    changed[name] = written;
  }
  return changed ?? fields;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (depth > DEEPEST) return MARK;
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1));
  return redact(value as LogFields, depth);
}
