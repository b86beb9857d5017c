import { areMisspelt, areRelated } from './likeness.ts';
import { LIKE_UNITS } from './units.ts';
import type { Word } from './words.ts';

/** How two words were found to be one: SAME up to inflection; by a list of synonyms; derived; with a misspelling. */
export type Likeness = 'SAME' | 'SYNONYM' | 'RELATED' | 'MISSPELT';

/** Two words of content that are one, by their places in `left` and `right`. */
export type Match = { readonly left: number; readonly right: number; readonly likeness: Likeness };

/** The words of the two that are one, each matched once, in the order of `left`. */
export function matched(left: readonly Word[], right: readonly Word[], asksWho = false): Match[] {
  const keysLeft = left.map(keyOf);
  const keysRight = right.map(keyOf);
  const matches: Match[] = [];
  const free = placesOf(keysRight);
  const rest: number[] = [];
  let last = -1;
  keysLeft.forEach((key, index) => {
    const places = free.get(key);
    const place = places === undefined ? undefined : taken(places, last);
    if (place === undefined) {
      rest.push(index);
      return;
    }
    last = place;
    const same = left[index]?.lemma === right[place]?.lemma;
    matches.push({ left: index, right: place, likeness: same ? 'SAME' : 'SYNONYM' });
  });
  const restRight = [...free.values()].flat();
  return rest.length === 0 || restRight.length === 0
    ? matches
    : [
        ...matches,
        ...looselyMatched(
          left,
          right,
          rest,
          restRight,
          asksWho && rest.length === 1 && restRight.length === 1,
        ),
      ].sort((a, b) => a.left - b.left);
}

function placesOf(keys: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  keys.forEach((key, index) => {
    const found = places.get(key);
    if (found === undefined) places.set(key, [index]);
    else found.push(index);
  });
  return places;
}

/** Takes the first place behind the last match, so that repeated words keep their order, or else the first one. */
function taken(places: number[], last: number): number | undefined {
  const ahead = places.findIndex((place) => place > last);
  return places.splice(Math.max(ahead, 0), 1)[0];
}

/** An abbreviation and the words that it is made of the first letters of: GDP, gross domestic product. */
function spelledOut(
  short: readonly Word[],
  long: readonly Word[],
  restShort: readonly number[],
  restLong: ReadonlySet<number>,
): { short: number; long: readonly number[] }[] {
  const found: { short: number; long: readonly number[] }[] = [];
  for (const at of restShort) {
    const letters = short[at]?.lemma ?? '';
    if (letters.length < 2 || letters.length > 6) continue;
    for (const start of restLong) {
      const places = [...letters].map((_, index) => start + index);
      const spells = places.every(
        (place, index) =>
          restLong.has(place) && long[place]?.text.startsWith(letters.charAt(index)),
      );
      if (!spells) continue;
      found.push({ short: at, long: places });
      break;
    }
  }
  return found;
}

function looselyMatched(
  left: readonly Word[],
  right: readonly Word[],
  restLeft: readonly number[],
  restRight: readonly number[],
  asksWho: boolean,
): Match[] {
  const matches: Match[] = [];
  const open = new Set(restRight);
  const openLeft = new Set(restLeft);
  for (const { short, long } of spelledOut(left, right, restLeft, open)) {
    openLeft.delete(short);
    for (const right of long) {
      open.delete(right);
      matches.push({ left: short, right, likeness: 'SYNONYM' });
    }
  }
  for (const { short, long } of spelledOut(right, left, [...open], openLeft)) {
    open.delete(short);
    for (const left of long) {
      openLeft.delete(left);
      matches.push({ left, right: short, likeness: 'SYNONYM' });
    }
  }
  for (const at of openLeft) {
    const word = left[at];
    if (word === undefined) continue;
    for (const place of open) {
      const likeness = looseLikeness(word, right[place], asksWho);
      if (likeness === null) continue;
      open.delete(place);
      matches.push({ left: at, right: place, likeness });
      break;
    }
  }
  return matches;
}

function looseLikeness(one: Word, other: Word | undefined, asksWho: boolean): Likeness | null {
  if (other === undefined) return null;
  if (one.kind === 'UNIT' && other.kind === 'UNIT') {
    return LIKE_UNITS.has(`${one.meaning} ${other.meaning}`) ? 'SYNONYM' : null;
  }
  if (!isPlain(one) || !isPlain(other)) return null;
  if (areRelated(one.lemma, other.lemma)) return 'RELATED';
  if (asksWho && areDeedAndDoer(one.lemma, other.lemma)) return 'RELATED';
  // A name that is spelt otherwise is another name.
  if (one.name || other.name) return null;
  return areMisspelt(one.lemma, other.lemma) ||
    (/d$/.test(one.text) && areMisspelt(one.text, other.text))
    ? 'MISSPELT'
    : null;
}

/** "who founded it" and "who is its founder" */
function areDeedAndDoer(one: string, other: string): boolean {
  const [deed, doer] = one.length < other.length ? [one, other] : [other, one];
  if (deed === 'write' && doer === 'author') return true;
  return deed.length >= 4 && (doer === `${deed}er` || doer === `${deed}or` || doer === `${deed}r`);
}

function isPlain(word: Word): boolean {
  return word.kind === 'CONTENT' || word.kind === 'LIGHT';
}

/** What is compared of a word. */
function keyOf({ kind, text, meaning }: Word): string {
  return kind === 'NUMBER' ? numberKey(text) : meaning;
}

/** 21st, 21 and 21.0 hours: the day of a month is written with and without its ending. */
function numberKey(text: string): string {
  return `#${text.replace(/(?<=\d)(?:st|nd|rd|th)$/, '')}`;
}
