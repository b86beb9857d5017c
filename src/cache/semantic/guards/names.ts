import { EMPTY_WORDS, FUNCTION_WORDS } from './function-words.ts';
import { KNOWN_NAMES } from './known-names.ts';
import { isListed } from './synonyms.ts';
import type { Token } from './token.ts';

/** Share of capitalised words above which capitals tell nothing: a title, or all in capitals. */
const MOST_CAPITALS = 0.8;

/**
 * Tells the proper names of a prompt: words that are known as names, and words with a capital that do not begin a
 * sentence, where not nearly all words have one.
 */
export function nameFinder(prompt: readonly Token[]): (token: Token, next?: Token) => boolean {
  const words = prompt.filter(({ kind, text }) => kind === 'WORD' && !FUNCTION_WORDS.has(text));
  const capitals = words.filter(({ capital }) => capital).length;
  const told = words.length >= 3 ? capitals / words.length <= MOST_CAPITALS : hasSmallWord(prompt);
  return (token, next) => {
    if (token.kind !== 'WORD') return false;
    const bare = token.text.endsWith("'s") ? token.text.slice(0, -2) : token.text;
    if (KNOWN_NAMES.has(bare)) return true;
    if (!told || !token.capital || EMPTY_WORDS.has(bare)) return false;
    return token.pause !== 'END' || (isFullName(next) && !isListed(bare));
  };
}

/** What begins a sentence has a capital in any case; a name goes on with another. */
function isFullName(next: Token | undefined): boolean {
  return (
    next?.kind === 'WORD' && next.capital && next.pause === 'NONE' && !FUNCTION_WORDS.has(next.text)
  );
}

function hasSmallWord(prompt: readonly Token[]): boolean {
  return prompt.some(({ kind, capital }, index) => index > 0 && kind === 'WORD' && !capital);
}
