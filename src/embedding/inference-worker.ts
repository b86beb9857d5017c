import type { Worker } from 'node:worker_threads';
import { ModelError } from './model-error.ts';
import type { FromInference, ModelInput, ToInference } from './thread-messages.ts';

/** A model that a worker is to serve. */
export type ServedModel = {
  readonly id: number;
  readonly tokenizerPath: string;
  /** Resolves to the path of its ONNX file. Asked whenever a thread has been started. */
  prepare(): Promise<string>;
};

export type ModelState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly error: ModelError };

/**
 * One thread that runs models, and is started anew when it fails. What it was asked before then rejects; what it is asked
 * afterwards waits until it is ready. From the second failure in a row on it is given a rest first, of 1 s, then 2, 4 …
 * and 30 at most.
 *
 * Disposing lets a run that is under way come to its end. Calls that are open reject.
 */
export type InferenceWorker = AsyncDisposable & {
  /** How many calls are open. */
  readonly calls: number;
  /** Resolves when the model has been loaded, and rejects with a ModelError when it cannot be. */
  add(model: ServedModel): Promise<void>;
  remove(model: number): void;
  stateOf(model: number): ModelState;
  /** Resolves to the answers for all inputs, one after another. Waits for the model to be loaded. */
  run(model: number, inputs: readonly ModelInput[], signal: AbortSignal): Promise<Float32Array>;
};

/** @param startThread starts a thread that speaks as `inference-thread.ts` does */
export function inferenceWorker(startThread: () => Worker): InferenceWorker {
  const served = new Map<number, Served>();
  const calls = new Map<number, PromiseWithResolvers<Float32Array>>();
  let lastCall = 0;
  let failures = 0;
  let closing = false;
  let rest: NodeJS.Timeout | undefined;
  let thread = start();

  function start() {
    const worker = startThread();
    const ended = Promise.withResolvers<void>();
    let reason: unknown;
    worker.on('message', receive);
    worker.on('error', (error) => {
      reason = error;
    });
    worker.on('exit', () => {
      ended.resolve();
      if (!closing) restart(new ModelError('The thread of the models failed.', { cause: reason }));
    });
    return { worker, ended: ended.promise };
  }

  function restart(error: ModelError) {
    failures += 1;
    rejectAll(error);
    for (const entry of served.values()) Object.assign(entry, loading());
    const restMs = failures === 1 ? 0 : Math.min(LONGEST_REST_MS, 1_000 * 2 ** (failures - 2));
    rest = setTimeout(() => {
      thread = start();
      for (const entry of served.values()) void load(entry);
    }, restMs);
  }

  function rejectAll(error: ModelError) {
    for (const { loaded } of served.values()) loaded.reject(error);
    for (const call of calls.values()) call.reject(error);
    calls.clear();
  }

  function send(message: ToInference) {
    thread.worker.postMessage(message);
  }

  async function load(entry: Served) {
    const { id, tokenizerPath, prepare } = entry.model;
    const { ended } = thread;
    try {
      const path = await prepare();
      // A thread that has taken the place of this one loads the model itself.
      if (ended === thread.ended) send({ kind: 'load', model: id, path, tokenizerPath });
    } catch (error) {
      if (ended === thread.ended) giveUp(entry, error as ModelError);
    }
  }

  function giveUp(entry: Served, error: ModelError) {
    entry.state = { kind: 'unusable', error };
    entry.loaded.reject(error);
  }

  function receive(message: FromInference) {
    if (message.kind === 'loaded' || message.kind === 'unusable') return hearOfModel(message);
    const call = calls.get(message.call);
    calls.delete(message.call);
    failures = 0;
    if (message.kind === 'answered') call?.resolve(message.numbers);
    else call?.reject(new ModelError(`The model failed: ${message.reason}`));
  }

  function hearOfModel(message: Extract<FromInference, { model: number }>) {
    const entry = served.get(message.model);
    if (entry === undefined) return;
    if (message.kind === 'unusable') {
      return giveUp(entry, new ModelError(`The model cannot be loaded: ${message.reason}`));
    }
    entry.state = { kind: 'ready' };
    entry.loaded.resolve();
  }

  return {
    get calls() {
      return calls.size;
    },
    add(model) {
      const entry: Served = { model, ...loading() };
      served.set(model.id, entry);
      void load(entry);
      return entry.loaded.promise;
    },
    remove(model) {
      served.get(model)?.loaded.reject(closed());
      served.delete(model);
      send({ kind: 'unload', model });
    },
    stateOf: (model) => served.get(model)?.state ?? { kind: 'unusable', error: closed() },
    async run(model, inputs, signal) {
      signal.throwIfAborted();
      const entry = served.get(model);
      if (entry === undefined || closing) throw closed();
      const id = ++lastCall;
      const call = Promise.withResolvers<Float32Array>();
      calls.set(id, call);

      function ask() {
        if (calls.has(id)) send({ kind: 'run', call: id, model, inputs });
      }
      function leave() {
        if (calls.delete(id)) send({ kind: 'cancel', call: id });
        call.reject(signal.reason);
      }
      function fail(error: unknown) {
        calls.delete(id);
        call.reject(error);
      }

      signal.addEventListener('abort', leave, { once: true });
      if (entry.state.kind === 'ready') ask();
      else entry.loaded.promise.then(ask, fail);
      try {
        return await call.promise;
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
    async [Symbol.asyncDispose]() {
      closing = true;
      clearTimeout(rest);
      rejectAll(closed());
      send({ kind: 'close' });
      await thread.ended;
    },
  };
}

const LONGEST_REST_MS = 30_000;

type Served = {
  readonly model: ServedModel;
  state: ModelState;
  loaded: PromiseWithResolvers<void>;
};

function loading(): Omit<Served, 'model'> {
  const loaded = Promise.withResolvers<void>();
  // Not everybody waits for it.
  loaded.promise.catch(() => {});
  return { state: { kind: 'loading' }, loaded };
}

function closed(): ModelError {
  return new ModelError('The model is closed.');
}
