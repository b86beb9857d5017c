/** Counts tokens. Text that looks like a special token counts as text. Never throws. */
export type CountTokens = (text: string) => number;
