import { EMPTY_WORDS, FUNCTION_WORDS, LIGHT_WORDS, PREPOSITIONS } from './function-words.ts';
import { lemmaOf } from './lemma.ts';
import type { Pause } from './piece.ts';
import { meaningOf } from './synonyms.ts';
import type { Token } from './token.ts';
import { MEASURES, UNITS } from './units.ts';

/**
 * - CONTENT: what a prompt is about. LIGHT: content that says little.
 * - FUNCTION: what holds the sentence together; EMPTY: what may be left out.
 * - NUMBER, UNIT, CODE, SIGN: as their tokens.
 */
export type WordKind =
  | 'CONTENT'
  | 'LIGHT'
  | 'FUNCTION'
  | 'EMPTY'
  | 'NUMBER'
  | 'UNIT'
  | 'CODE'
  | 'SIGN';

/** A word with what is known of it where it stands. */
export type Word = {
  readonly kind: WordKind;
  readonly text: string;
  readonly lemma: string;
  /** What stands for the word and all its shipped synonyms. */
  readonly meaning: string;
  /** A proper name, as far as can be told. */
  readonly name: boolean;
  /** The preposition that the word stands behind in its phrase; '' for none. */
  readonly preposition: string;
  readonly sentence: number;
  readonly pause: Pause;
  readonly joint: Token['joint'];
  /** Only says what kind of question it is. */
  readonly asks: boolean;
  readonly loose: boolean;
  readonly quoted: boolean;
};

export function readWords(
  sentence: readonly Token[],
  index: number,
  asking: number,
  isName: (token: Token, next?: Token) => boolean,
): Word[] {
  let preposition = '';
  return sentence.map((token, at) => {
    const kind = kindOf(token, sentence[at - 1]);
    const asks = at < asking;
    const governed = preposition;
    preposition = nextPreposition(token, kind, preposition, asks);
    const bare = token.text.endsWith("'s") ? token.text.slice(0, -2) : token.text;
    const lemma = token.kind === 'WORD' ? lemmaOf(bare) : token.text;
    return {
      kind,
      text: bare,
      lemma,
      meaning: meaningIn(kind, bare, lemma),
      name: kind === 'CONTENT' && isName(token, sentence[at + 1]),
      preposition: token.pause === 'NONE' ? governed : '',
      sentence: index,
      pause: token.pause,
      joint: token.joint,
      asks,
      loose: token.loose,
      quoted: token.quoted,
    };
  });
}

function meaningIn(kind: WordKind, text: string, lemma: string): string {
  const unit = UNITS.get(text);
  if (kind === 'UNIT' || (kind === 'CONTENT' && unit !== undefined && MEASURES.has(unit)))
    return unit ?? text;
  return kind === 'CONTENT' || kind === 'LIGHT' ? meaningOf(text, lemma) : lemma;
}

function kindOf(token: Token, before: Token | undefined): WordKind {
  if (token.kind === 'VERBATIM') return 'CODE';
  if (token.kind !== 'WORD') return token.kind;
  if (isUnit(token.text, before?.text ?? '')) return 'UNIT';
  if (FUNCTION_WORDS.has(token.text)) return 'FUNCTION';
  if (EMPTY_WORDS.has(token.text)) return 'EMPTY';
  return LIGHT_WORDS.has(lemmaOf(token.text)) ? 'LIGHT' : 'CONTENT';
}

/** A unit that stands without a number: "in kilograms", "weight in g". */
function isUnit(text: string, before: string): boolean {
  const unit = UNITS.get(text);
  if (unit === undefined || !MEASURES.has(unit) || text === 'in') return false;
  if (text.length === 1) return BEFORE_UNITS.has(before) && MEASURES.get(unit) !== 'power';
  return !MORE_THAN_UNITS.has(text) || BEFORE_UNITS.has(before);
}

const BEFORE_UNITS: ReadonlySet<string> = new Set('in to per into of'.split(' '));
/** Words that are something else more often when no number stands before them. */
const MORE_THAN_UNITS: ReadonlySet<string> = new Set(
  'stone stones cup cups bar yard yards foot feet ton tons ma atm ft mi gal cent cents sterling rs mm pound pounds'.split(
    ' ',
  ),
);

/** A preposition governs what follows, up to the next one, a verb that is known as such, or a pause. */
function nextPreposition(token: Token, kind: WordKind, current: string, asks: boolean): string {
  const before = token.pause === 'NONE' ? current : '';
  if (kind !== 'FUNCTION' || asks) return asks ? '' : before;
  if (PREPOSITIONS.has(token.text)) return token.text;
  return ENDS_PHRASE.has(token.text) ? '' : before;
}

const ENDS_PHRASE: ReadonlySet<string> = new Set(
  (
    'is are was were am do does did can could will would shall should may might must has have had if then while ' +
    'although though because who which that what when where why how whose i we they he she you'
  ).split(' '),
);
