/**
 * Structured logging. `fields` never hold a prompt, an answer or a key. An `error` field is an Error and is
 * written with its stack and causes.
 */
export type Logger = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
};

export type LogFields = { readonly [field: string]: unknown };
