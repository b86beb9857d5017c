import { ModelError } from './model-error.ts';

export type WordPiece = {
  /** [CLS] text [SEP], at most 256 tokens. */
  single(text: string): TokenRow;
  /** [CLS] first [SEP] second [SEP], each text cut to 254 tokens. */
  pair(first: string, second: string): TokenRow;
};

export type TokenRow = {
  readonly ids: readonly number[];
  /** How many tokens, from the first, are of the first text. */
  readonly first: number;
};

/** Of each text; all-MiniLM-L6-v2 was trained on no more than 256 with [CLS] and [SEP]. */
const MOST_TOKENS = 254;
/** No more of a text is read. So many characters are far more than 254 tokens of any language. */
const MOST_CHARACTERS = 16_384;

/**
 * BERT's uncased tokenizer (Devlin et al. 2019, `BasicTokenizer` and `WordpieceTokenizer`). As that of Hugging Face it
 * drops characters that are not seen (\p{Cf}), such as left-to-right marks.
 *
 * @param json a `tokenizer.json` of the tokenizers library
 * @throws ModelError when that is of another kind of tokenizer
 */
export function wordPiece(json: string): WordPiece {
  const vocabulary = readVocabulary(json);
  const [cls, sep, unknown] = ['[CLS]', '[SEP]', '[UNK]'].map((token) => {
    const id = vocabulary.get(token);
    if (id === undefined) throw new ModelError(`The tokenizer knows no ${token}.`);
    return id;
  }) as [number, number, number];
  const longest = Math.max(...[...vocabulary.keys()].map((token) => token.length));
  const remembered = new Map<string, readonly number[]>();

  function tokens(text: string): number[] {
    const found: number[] = [];
    for (const chunk of text.slice(0, MOST_CHARACTERS).split(WHITE_SPACE)) {
      found.push(...tokensOfChunk(chunk));
      if (found.length >= MOST_TOKENS) break;
    }
    return found.slice(0, MOST_TOKENS);
  }

  function tokensOfChunk(chunk: string): readonly number[] {
    const known = remembered.get(chunk);
    if (known !== undefined) return known;
    const found = wordsOf(chunk).flatMap(pieces);
    if (chunk.length > LONGEST_REMEMBERED) return found;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(chunk, found);
    return found;
  }

  /** The longest piece that the vocabulary knows, again and again. */
  function pieces(word: string): number[] {
    const found: number[] = [];
    if ([...word].length > LONGEST_WORD) return [unknown];
    for (let start = 0; start < word.length; ) {
      const piece = longestPiece(word, start);
      if (piece === null) return [unknown];
      found.push(piece.id);
      start = piece.end;
    }
    return found;
  }

  function longestPiece(word: string, start: number): { id: number; end: number } | null {
    const mark = start === 0 ? '' : '##';
    for (let end = Math.min(word.length, start + longest); end > start; end -= 1) {
      const id = vocabulary.get(mark + word.slice(start, end));
      if (id !== undefined) return { id, end };
    }
    return null;
  }

  return {
    single(text) {
      const ids = [cls, ...tokens(text), sep];
      return { ids, first: ids.length };
    },
    pair(one, other) {
      const first = [cls, ...tokens(one), sep];
      return { ids: [...first, ...tokens(other), sep], first: first.length };
    },
  };
}

/** Longer words are not looked up in pieces. */
const LONGEST_WORD = 100;

/** Words come back, and are cut up once. What is remembered stays within a few megabytes. */
const MOST_REMEMBERED = 20_000;
const LONGEST_REMEMBERED = 32;

function readVocabulary(json: string): ReadonlyMap<string, number> {
  const { model, normalizer } = parse(json);
  if (model?.type !== 'WordPiece' || model.vocab === undefined || normalizer?.lowercase !== true) {
    throw new ModelError('The tokenizer is not an uncased WordPiece tokenizer.');
  }
  return new Map(Object.entries(model.vocab));
}

type TokenizerFile = {
  readonly model?: { readonly type?: string; readonly vocab?: Readonly<Record<string, number>> };
  readonly normalizer?: { readonly lowercase?: boolean } | null;
};

function parse(json: string): TokenizerFile {
  try {
    return JSON.parse(json) as TokenizerFile;
  } catch (error) {
    throw new ModelError('The tokenizer is not JSON.', { cause: error });
  }
}

const WHITE_SPACE = /[\t\n\r\p{Z}]+/u;
/** Marks go before characters are taken apart, too: ICU takes very long to order many in a row. */
const DROPPED = /[\p{Mn}\p{Cc}\p{Cf}\ufffd]/gu;
/** Signs and ideographs are words by themselves. Not all signs are \p{P}. */
const WORD_BY_ITSELF =
  /([\p{P}$+<=>^`|~\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2ceaf}\u{2f800}-\u{2fa1f}])/u;

function wordsOf(chunk: string): readonly string[] {
  const plain = chunk.replace(DROPPED, '').toLowerCase().normalize('NFD').replace(DROPPED, '');
  return plain.split(WORD_BY_ITSELF).filter((word) => word !== '');
}
