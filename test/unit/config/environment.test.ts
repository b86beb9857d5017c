import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../../src/config/environment.ts';

describe('the environment', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-env-'));
    await writeFile(join(directory, '.env'), 'PORT=5000\nMODEL_SMALL="from the file"\n');
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('is what the process has, and .env for the rest', () => {
    expect(readEnvironment({ PORT: '6000' }, directory)).toEqual({
      PORT: '6000',
      MODEL_SMALL: 'from the file',
    });
  });

  it('needs no .env', () => {
    expect(readEnvironment({ PORT: '6000' }, join(directory, 'nowhere'))).toEqual({ PORT: '6000' });
  });
});
