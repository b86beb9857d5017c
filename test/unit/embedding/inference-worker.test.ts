import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { inferenceWorker } from '../../../src/embedding/inference-worker.ts';
import { ModelError } from '../../../src/embedding/model-error.ts';
import { neverAborted } from '../../support/upstream-call.ts';

const THREAD = new URL('../../support/fake-inference-thread.ts', import.meta.url);

/** A worker with one model, and how many threads it has started. */
function openWorker(paths: readonly (string | Error)[] = []) {
  let threads = 0;
  let prepared = 0;
  const worker = inferenceWorker(() => {
    threads += 1;
    return new Worker(THREAD);
  });
  const loaded = worker.add({
    id: 1,
    tokenizerPath: '',
    async prepare() {
      const path = paths[prepared] ?? 'path';
      prepared += 1;
      if (path instanceof Error) throw path;
      return path;
    },
  });
  return {
    worker,
    loaded,
    threads: () => threads,
    run: (...texts: string[]) => worker.run(1, texts, neverAborted()),
    [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
  };
}

describe('a worker', () => {
  it('answers calls, also those that come before the model is loaded', async () => {
    await using opened = openWorker();
    expect(opened.worker.stateOf(1)).toEqual({ kind: 'loading' });
    expect(await opened.run('a', 'b')).toEqual(Float32Array.of(2));
    await opened.loaded;
    expect(opened.worker.stateOf(1)).toEqual({ kind: 'ready' });
    expect(await opened.run('a')).toEqual(Float32Array.of(1));
    expect(opened.worker.calls).toBe(0);
  });

  it('rejects what a crash of its thread leaves open, and works on in another one', async () => {
    await using opened = openWorker();
    await opened.loaded;
    const open = [opened.run('hang'), opened.run('crash'), opened.run('hang')];
    for (const call of open) await expect(call).rejects.toThrow('The thread of the models failed.');
    expect(await opened.run('a')).toEqual(Float32Array.of(1));
    expect(opened.threads()).toBe(2);
  });

  it('rejects calls that waited for the model when the thread crashes', async () => {
    await using opened = openWorker();
    await opened.loaded;
    const crash = opened.run('crash');
    await expect(crash).rejects.toThrow(ModelError);
    const waiting = opened.run('a');
    expect(opened.worker.stateOf(1)).toEqual({ kind: 'loading' });
    expect(await waiting).toEqual(Float32Array.of(1));
  });

  it('rests before the second try in a row', async () => {
    await using opened = openWorker();
    await expect(opened.run('crash')).rejects.toThrow(ModelError);
    await expect(opened.run('crash')).rejects.toThrow(ModelError);
    const startedAt = performance.now();
    expect(await opened.run('a')).toEqual(Float32Array.of(1));
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  it('prepares the model again for another thread', async () => {
    await using opened = openWorker(['path', 'broken']);
    await opened.loaded;
    await expect(opened.run('crash')).rejects.toThrow(ModelError);
    await expect(opened.run('a')).rejects.toThrow('It is broken.');
  });

  it('rejects all calls of a model that cannot be prepared', async () => {
    const error = new ModelError('There is none.');
    await using opened = openWorker([error]);
    await expect(opened.loaded).rejects.toBe(error);
    await expect(opened.run('a')).rejects.toBe(error);
    expect(opened.worker.stateOf(1)).toEqual({ kind: 'unusable', error });
    expect(opened.worker.calls).toBe(0);
  });

  it('rejects a call that fails, and no other', async () => {
    await using opened = openWorker();
    const [failed, answered] = [opened.run('fail'), opened.run('a')];
    await expect(failed).rejects.toThrow('The model failed: It cannot.');
    expect(await answered).toEqual(Float32Array.of(1));
  });

  it('rejects with the reason of a signal that aborts, loaded or not', async () => {
    await using opened = openWorker();
    for (const when of ['before', 'after']) {
      const leaving = new AbortController();
      const call = opened.worker.run(1, ['hang'], leaving.signal);
      leaving.abort(new Error(when));
      await expect(call).rejects.toThrow(when);
      await opened.loaded;
    }
    expect(opened.worker.calls).toBe(0);
  });

  it('rejects what is open when it is closed, and whatever comes later', async () => {
    const opened = openWorker();
    await opened.loaded;
    const open = opened.run('hang');
    const closing = opened[Symbol.asyncDispose]();
    await expect(open).rejects.toThrow('closed');
    await closing;
    await expect(opened.run('a')).rejects.toThrow('closed');
    expect(opened.threads()).toBe(1);
  });

  it('can be closed while it rests', async () => {
    const opened = openWorker();
    await expect(opened.run('crash')).rejects.toThrow(ModelError);
    await expect(opened.run('crash')).rejects.toThrow(ModelError);
    const waiting = opened.run('a');
    const closing = opened[Symbol.asyncDispose]();
    await expect(waiting).rejects.toThrow('closed');
    await closing;
    expect(opened.threads()).toBe(2);
  });

  it('knows nothing of a model that was removed', async () => {
    await using opened = openWorker();
    await opened.loaded;
    opened.worker.remove(1);
    await expect(opened.run('a')).rejects.toThrow('closed');
    expect(opened.worker.stateOf(1)).toMatchObject({ kind: 'unusable' });
  });
});
