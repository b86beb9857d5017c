import { bertModel } from './bert-graph.ts';
import { openBertSession } from './bert-session.ts';
import { bertWeights } from './bert-weights.ts';
import { CALIBRATION_TEXTS } from './calibration-texts.ts';
import type { Reach } from './linear-layers.ts';
import type { Precision } from './model-source.ts';
import { parseTensors } from './safetensors.ts';
import { type TokenRow, type WordPiece, wordPiece } from './word-piece.ts';

/** The files of a `ModelSource`, read. */
export type ModelFiles = {
  readonly weights: Uint8Array;
  readonly tokenizer: string;
  readonly learned: Uint8Array | null;
};

/**
 * The ONNX file of a model: of an encoder, or of a pair model where something was learned. Takes one to two seconds of
 * the thread, and memory for all weights three times over.
 *
 * The same files make the same model on every machine: what int8 has to measure is rounded.
 *
 * @throws ModelError when the files are no such model
 */
export async function makeModel(files: ModelFiles, precision: Precision): Promise<Uint8Array> {
  const { weights: base, learned } = files;
  const weights =
    learned === null
      ? bertWeights(parseTensors(base))
      : bertWeights(parseTensors(base), parseTensors(learned));
  const answer = learned === null ? 'meaning' : 'score';
  if (precision === 'fp32') return bertModel(weights, answer, { kind: 'exact' });
  const tokenizer = wordPiece(files.tokenizer);
  const rows = answer === 'meaning' ? singles(tokenizer) : pairs(tokenizer);
  const measuring = bertModel(weights, answer, { kind: 'measuring' });
  return bertModel(weights, answer, { kind: 'int8', reach: await measure(measuring, rows) });
}

function singles(tokenizer: WordPiece): readonly TokenRow[] {
  return CALIBRATION_TEXTS.map(tokenizer.single);
}

function pairs(tokenizer: WordPiece): readonly TokenRow[] {
  return CALIBRATION_TEXTS.map((text, at) =>
    tokenizer.pair(text, CALIBRATION_TEXTS[at - 1] ?? text),
  );
}

/** How far the numbers at each place reach while a measuring model reads `rows`. */
async function measure(model: Uint8Array, rows: readonly TokenRow[]): Promise<Reach> {
  const session = await openBertSession(model, 1);
  const reach = new Map<string, Float32Array>();
  for (const row of rows) {
    for (const [place, most] of await session.run([row])) {
      const before = reach.get(place);
      reach.set(place, before?.map((one, at) => Math.max(one, most[at] ?? 0)) ?? most);
    }
  }
  await session.release();
  return reach;
}
