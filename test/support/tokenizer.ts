import { readFileSync } from 'node:fs';
import { packagedModel } from '../../src/embedding/base-model.ts';
import { type WordPiece, wordPiece } from '../../src/embedding/word-piece.ts';

/** The tokenizer of all-MiniLM-L6-v2. */
export function packagedTokenizer(): WordPiece {
  return wordPiece(readFileSync(packagedModel().tokenizerPath, 'utf8'));
}
