import type { DataScope } from './data-scope.ts';

/** What of a scope is being erased, or was. Plain JSON. */
export type EraseWord = DataScope & { readonly what: 'generations' | 'statistics' };

/**
 * Tells other processes what is being erased, so that they end and forget what they hold of it in memory. It is a hint
 * and no more: a process that misses it forgets what has ended when its time is over.
 */
export type EraseNews = {
  /** Never rejects. */
  tell(word: EraseWord): Promise<void>;
  onTold(listener: (word: EraseWord) => void): void;
};

/** For a process that is alone. */
export const NO_ERASE_NEWS: EraseNews = { async tell() {}, onTold() {} };
