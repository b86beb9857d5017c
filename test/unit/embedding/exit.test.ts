import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { MODEL_FOLDER } from '../../support/local-models.ts';

const SOURCE = new URL('../../../src/embedding/', import.meta.url);

/** How a process ends that opens an encoder and then does `then`. */
function exitOf(then: string): Promise<{ code: unknown; output: string }> {
  const script = `
    const { modelWorkers } = await import('${SOURCE}model-workers.ts');
    const { openLocalEncoder } = await import('${SOURCE}local-encoder.ts');
    const workers = modelWorkers({ folder: '${MODEL_FOLDER}', threads: 2 });
    const encoder = await openLocalEncoder({ workers, precision: 'int8' });
    const { signal } = new AbortController();
    const encode = () => encoder.encode('How long is a long text? '.repeat(50), signal);
    ${then}`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', script], (error, out, err) =>
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), output: out + err }),
    );
  });
}

const manyRuns = 'for (let at = 0; at < 40; at += 1) encode().catch(() => {});';

describe('a process with local models', () => {
  it.each([
    [
      'in the middle of runs',
      `await encoder.ready; ${manyRuns} setTimeout(() => process.exit(3), 30);`,
    ],
    ['after an answer', 'await encode(); process.exit(3);'],
    ['while they are being loaded', 'process.exit(3);'],
  ])('exits with its own code %s', async (_when, then) => {
    expect(await exitOf(then)).toEqual({ code: 3, output: '' });
  });

  it('tells of the error that it failed with, in the middle of runs', async () => {
    const { code, output } = await exitOf(
      `await encoder.ready; ${manyRuns} setTimeout(() => { throw new Error('of its own'); }, 30);`,
    );
    expect(code).toBe(1);
    expect(output).toContain('of its own');
    expect(output).not.toContain('Napi');
  });

  it('ends by itself when they are closed in the middle of runs', async () => {
    const then = `await encoder.ready; ${manyRuns} await workers[Symbol.asyncDispose]();`;
    expect(await exitOf(then)).toEqual({ code: 0, output: '' });
  });
});
