import { fork } from 'node:child_process';
import { ModelError } from './model-error.ts';
import type { ModelFolder } from './model-folder.ts';
import type { ModelSource } from './model-source.ts';

/** A model that is being prepared (`prepare-model.ts`). Both promises reject with a ModelError when it cannot be. */
export type PreparedModel = {
  /** Who it is (`model-source.ts`): known as soon as its files are read. */
  readonly revision: Promise<string>;
  /** Where its ONNX file is. */
  readonly path: Promise<string>;
};

/** What the process is asked. */
export type ToPreparing = {
  readonly source: ModelSource;
  readonly folders: readonly ModelFolder[];
};

/** What it says: who the model is, then where it is. */
export type FromPreparing =
  | { readonly kind: 'identified'; readonly revision: string }
  | { readonly kind: 'prepared'; readonly path: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Prepares a model in a process of its own, which goes on to its end when this one does not. */
export function prepareApart(source: ModelSource, folders: readonly ModelFolder[]): PreparedModel {
  const revision = Promise.withResolvers<string>();
  const path = Promise.withResolvers<string>();
  // Whoever wants only the one is not troubled by the other.
  for (const { promise } of [revision, path]) promise.catch(() => {});

  function fail(message: string, cause?: unknown) {
    const error = new ModelError(message, { cause });
    revision.reject(error);
    path.reject(error);
  }

  // What this process was told on its command line is not meant for the other.
  const child = fork(new URL('./preparing-process.ts', import.meta.url), { execArgv: [] });
  child.on('message', (message: FromPreparing) => {
    if (message.kind === 'identified') revision.resolve(message.revision);
    else if (message.kind === 'prepared') path.resolve(message.path);
    else fail(message.reason);
  });
  child.on('error', (error) => fail('The process that prepares a model cannot be started.', error));
  child.on('exit', (code, signal) =>
    fail(`The process that prepared a model ended early (${code ?? signal}).`),
  );
  const question: ToPreparing = { source, folders };
  child.send(question);
  return { revision: revision.promise, path: path.promise };
}
