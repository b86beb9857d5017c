import { readFileSync } from 'node:fs';
import { ModelError } from './model-error.ts';
import { keptModel, type ModelFolder, sha256 } from './model-folder.ts';
import { type ModelSource, revisionOf } from './model-source.ts';

/**
 * Makes sure that there is an ONNX file of `source`, and resolves to its path. It blocks the thread, for a tenth of a
 * second where there is one.
 *
 * @param identified is told the revision, as soon as it is known
 * @throws ModelError when a file is missing or is not what it should be
 */
export async function prepareModel(
  source: ModelSource,
  folders: readonly ModelFolder[],
  identified: (revision: string) => void,
): Promise<string> {
  const { weightsPath, tokenizerPath, learnedPath, precision } = source;
  const weights = readFile(weightsPath);
  const learned = learnedPath === null ? null : readFile(learnedPath);
  const hashes = { weights: sha256(weights), learned: learned && sha256(learned) };
  const revision = revisionOf(hashes, precision);
  identified(revision);
  return keptModel(folders, revision.replace('/', '-'), async () => {
    // It brings ONNX Runtime with it, which is not needed most of the time.
    const { makeModel } = await import('./make-model.ts');
    const tokenizer = readFile(tokenizerPath).toString('utf8');
    return makeModel({ weights, tokenizer, learned }, precision);
  });
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ModelError(`The file ${path} cannot be read.`, { cause: error });
  }
}
