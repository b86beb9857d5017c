/** What the model is to say: so many tokens, one every `everyMs`; 0 is all at once. */
export type Answer = { readonly tokens: number; readonly everyMs: number };

const WIDTH = 4;

/** Tokens are told apart and all of one width, so that a text tells how many of them it holds. */
export function tokenAt(index: number): string {
  return `${index.toString(36).padStart(WIDTH - 1, '0')} `;
}

export function textOf(tokens: number): string {
  return Array.from({ length: tokens }, (_, index) => tokenAt(index)).join('');
}
