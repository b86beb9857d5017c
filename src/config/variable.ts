import type { Parser } from './parsers.ts';

/** One name that an operator may set. `value` parses its text, which is never empty. */
export type Variable<Value> = {
  readonly value: Parser<Value>;
  /** What it reads as when nobody sets it, as text that `value` parses; null when it then reads as undefined. */
  readonly default: string | null;
  /** In words, what not setting it comes to, where `default` does not say it. */
  readonly unset?: string;
  readonly description: string;
  /** Never shown. */
  readonly secret?: true;
  /** A second name that means the same. */
  readonly alias?: string;
};

type More = { readonly secret?: true; readonly alias?: string };

/** A variable that always has a value. */
export function variable<Value>(
  value: Parser<Value>,
  byDefault: string,
  description: string,
  more: More = {},
) {
  return { value, default: byDefault, description, ...more };
}

/** A variable that reads as undefined when nobody sets it, which comes to what `unset` says. */
export function optional<Value>(
  value: Parser<Value>,
  unset: string,
  description: string,
  more: More = {},
) {
  return { value, default: null, unset, description, ...more };
}
