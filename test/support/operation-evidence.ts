import { keepErrorMessage, secret } from './evidence.ts';

/** Fields of the input of a generation in which a caller says something. */
const SAYING: ReadonlySet<string> = new Set(['prompt', 'system', 'content']);
const SAID_IN_DOCUMENT = /\b(?:prompt|system|content):\s*"((?:[^"\\]|\\.)+)"/g;

/** Keeps as secrets what an operation asks, and the key that it is sent with. */
export function keepOperation(
  operation: { readonly query?: unknown; readonly variables?: unknown },
  authorization: string | undefined,
): void {
  eachText(operation.variables, (name, text) => {
    if (SAYING.has(name)) secret('prompt', text);
  });
  for (const [, text = ''] of String(operation.query).matchAll(SAID_IN_DOCUMENT)) {
    secret('prompt', text);
  }
  if (authorization !== undefined) secret('key', authorization.replace(/^\w+ /, ''));
}

/** Keeps every message of a failure in a result: of its errors, and in its data. Returns the result. */
export function keepMessages<Result>(result: Result): Result {
  eachText(result, (name, text) => {
    if (name === 'message') keepErrorMessage(text);
  });
  return result;
}

/** Every text in some JSON, with the name of its field. */
export function eachText(
  value: unknown,
  visit: (name: string, text: string) => unknown,
  name = '',
) {
  if (typeof value === 'string') visit(name, value);
  if (typeof value !== 'object' || value === null) return;
  for (const [field, inner] of Object.entries(value)) {
    eachText(inner, visit, Array.isArray(value) ? name : field);
  }
}
