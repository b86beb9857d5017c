import { Worker } from 'node:worker_threads';
import type { DependencyHealth } from '../domain/health.ts';
import { closeExitBarrier, openExitBarrier } from './exit-barrier.ts';
import { type InferenceWorker, inferenceWorker, type ModelState } from './inference-worker.ts';
import { modelFolders } from './model-folder.ts';
import type { ModelSource } from './model-source.ts';
import { type PreparedModel, prepareApart } from './prepared-model.ts';
import type { InferenceData, ModelInput } from './thread-messages.ts';

/**
 * Threads of this process that run models, so that its event loop stays free. All of them serve all models that are
 * opened: a second thread takes the memory of each model once more, and lets as many be run at once.
 *
 * Disposing ends the threads, when what they are at is done. Calls that are open reject.
 */
export type ModelWorkers = AsyncDisposable & {
  /**
   * Opens a model. It is made if there is none yet, which takes seconds, and loaded: calls wait for that.
   *
   * Resolves as soon as its files are read; rejects with a ModelError when one of them cannot be.
   */
  open(source: ModelSource): Promise<LocalModel>;
};

/** Disposing gives back the memory. */
export type LocalModel = AsyncDisposable & {
  /** Names what the files hold (`model-source.ts`). */
  readonly revision: string;
  /** Resolves when the first call will be as fast as any other; rejects with a ModelError when none can be answered. */
  readonly ready: Promise<void>;
  /** Resolves to the answers for all inputs, one after another. Rejects with a ModelError, or as `signal` aborts. */
  run(inputs: readonly ModelInput[], signal: AbortSignal): Promise<Float32Array>;
  health(name: string): DependencyHealth;
};

/**
 * @param options.folder where made models are kept; null: among the user's caches (`model-folder.ts`)
 * @param options.threads how many
 * @param options.processors how many of them one run may use
 */
export function modelWorkers(options: {
  folder: string | null;
  threads?: number;
  processors?: number;
}): ModelWorkers {
  const { threads = 1, processors = 1 } = options;
  const folders = modelFolders(options.folder);
  const workers = Array.from({ length: threads }, () =>
    inferenceWorker(() => startInference(processors)),
  );
  const preparing = new Set<Promise<unknown>>();
  let lastModel = 0;

  function prepare(source: ModelSource): PreparedModel {
    const prepared = prepareApart(source, folders);
    preparing.add(prepared.path);
    const settle = () => preparing.delete(prepared.path);
    prepared.path.then(settle, settle);
    return prepared;
  }

  return {
    async open(source) {
      const first = prepare(source);
      const revision = await first.revision;
      const id = ++lastModel;
      const loaded = workers.map((worker) =>
        worker.add({
          id,
          tokenizerPath: source.tokenizerPath,
          // A later thread may find that the file has been tidied away.
          prepare: firstThen(first.path, () => prepare(source).path),
        }),
      );
      const ready = Promise.all(loaded).then(() => {});
      ready.catch(() => {});
      return {
        revision,
        ready,
        run: (inputs, signal) => leastBusy(workers).run(id, inputs, signal),
        health: (name) =>
          healthOf(
            name,
            workers.map((worker) => worker.stateOf(id)),
          ),
        async [Symbol.asyncDispose]() {
          for (const worker of workers) worker.remove(id);
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
      await Promise.allSettled(preparing);
    },
  };
}

function startInference(processors: number): Worker {
  const barrier = openExitBarrier();
  const workerData: InferenceData = { processors, barrier };
  // What the process was told on its command line is not meant for its threads.
  const options = { workerData, execArgv: [] };
  const thread = new Worker(new URL('./inference-thread.ts', import.meta.url), options);
  return thread.on('exit', () => closeExitBarrier(barrier));
}

function firstThen<Result>(first: Result, next: () => Result): () => Result {
  let used = false;
  return () => {
    if (used) return next();
    used = true;
    return first;
  };
}

function leastBusy([first, ...others]: readonly InferenceWorker[]): InferenceWorker {
  if (first === undefined) throw new Error('There has to be a thread.');
  return others.reduce((least, worker) => (worker.calls < least.calls ? worker : least), first);
}

/** DEGRADED where some threads can answer, or soon will. */
function healthOf(name: string, states: readonly ModelState[]): DependencyHealth {
  const unusable = states.filter((state) => state.kind === 'unusable');
  const [failed] = unusable;
  if (failed !== undefined) {
    const status = unusable.length === states.length ? 'UNAVAILABLE' : 'DEGRADED';
    return { name, status, latencyMs: null, detail: failed.error.message };
  }
  if (states.every((state) => state.kind === 'ready')) {
    return { name, status: 'OK', latencyMs: null, detail: null };
  }
  return { name, status: 'DEGRADED', latencyMs: null, detail: 'The model is being loaded.' };
}
