import { OPPOSITES } from './antonym-pairs.ts';

/** Whether the two words, each in its own form or as a lemma, are a pair of opposites or of counterparts. */
export function areOpposite(one: string, other: string): boolean {
  return OPPOSITES.get(one)?.has(other) === true || haveOppositePrefixes(one, other);
}

/** Endings and beginnings that turn a word into its opposite, or tell two counterparts apart. */
const OPPOSITE_PREFIXES: readonly (readonly [string, string])[] = [
  ['hyper', 'hypo'],
  ['pre', 'post'],
  ['over', 'under'],
  ['inter', 'intra'],
  ['extra', 'intra'],
  ['macro', 'micro'],
  ['maxi', 'mini'],
  ['pro', 'anti'],
  ['up', 'down'],
  ['out', 'in'],
  ['im', 'ex'],
  ['in', 'ex'],
  ['im', 'em'],
  ['homo', 'hetero'],
  ['mono', 'poly'],
  ['uni', 'bi'],
  ['uni', 'multi'],
  ['bi', 'tri'],
  ['en', 'de'],
  ['in', 'de'],
  ['as', 'des'],
  ['ad', 'ab'],
  ['endo', 'exo'],
  ['endo', 'ecto'],
  ['infra', 'ultra'],
  ['centri', 'centro'],
  ['tele', 'micro'],
  ['step', 'grand'],
  ['bene', 'male'],
  ['brady', 'tachy'],
  ['eu', 'dys'],
  ['super', 'sub'],
  ['supra', 'infra'],
  ['ante', 'post'],
  ['pro', 're'],
  ['fore', 'hind'],
  ['max', 'min'],
];

/** What makes the opposite of a word when it stands before it. */
const NEGATING_PREFIXES =
  /^(?:un|in|im|il|ir|dis|non|de|mis|anti|ab|under|over|counter|ex|pre|post|semi|sub|super)$/;

function haveOppositePrefixes(one: string, other: string): boolean {
  if (one.slice(-3) !== other.slice(-3)) {
    return one.slice(0, 3) === other.slice(0, 3) && haveOppositeEndings(one, other);
  }
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (short.length >= 4 && long.endsWith(short)) {
    return NEGATING_PREFIXES.test(long.slice(0, long.length - short.length));
  }
  return OPPOSITE_PREFIXES.some(
    ([left, right]) => swaps(one, other, left, right) || swaps(other, one, left, right),
  );
}

function haveOppositeEndings(one: string, other: string): boolean {
  const isLess = one.endsWith('less') !== other.endsWith('less');
  return (isLess && stemBeforeLess(one) === stemBeforeLess(other)) || haveRoles(one, other);
}

function swaps(one: string, other: string, left: string, right: string): boolean {
  if (!one.startsWith(left) || !other.startsWith(right)) return false;
  const rest = one.slice(left.length);
  return rest.length >= 3 && rest === other.slice(right.length);
}

/** hopeful and hopeless, painless and painful */
function stemBeforeLess(word: string): string {
  return word.replace(/(?:less|ful|y)$/, '');
}

/** lender and lendee, employer and employee, creditor and credit */
function haveRoles(one: string, other: string): boolean {
  const [a, b] = [ROLE.exec(one), ROLE.exec(other)];
  return a !== null && b !== null && a[1] === b[1] && (a[2] === 'ee') !== (b[2] === 'ee');
}

const ROLE = /^(.{3,}?)(er|or|ee|ant|ent)$/;
