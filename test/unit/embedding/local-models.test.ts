import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packagedModel } from '../../../src/embedding/base-model.ts';
import { openLocalEncoder } from '../../../src/embedding/local-encoder.ts';
import { openLocalPairModel } from '../../../src/embedding/local-pair-model.ts';
import type { Precision } from '../../../src/embedding/model-source.ts';
import type { ModelWorkers } from '../../../src/embedding/model-workers.ts';
import { eventLoopTurns } from '../../support/event-loop-turns.ts';
import { learnedPairModel } from '../../support/learned-pair-model.ts';
import { openTestWorkers } from '../../support/local-models.ts';
import { slowBert } from '../../support/slow-bert.ts';
import { packagedTokenizer } from '../../support/tokenizer.ts';
import { neverAborted } from '../../support/upstream-call.ts';
import { cosine } from '../../support/vectors.ts';

let workers: ModelWorkers;
beforeAll(() => {
  workers = openTestWorkers();
});
afterAll(() => workers[Symbol.asyncDispose]());

const text = 'This is an example sentence';

describe('the local encoder', () => {
  const open = (precision: Precision) => openLocalEncoder({ workers, precision });

  it('makes the vectors that the model is known for', async () => {
    await using encoder = await open('fp32');
    const vector = await encoder.encode(text, neverAborted());
    // As its model card has them.
    const published = [0.0677, 0.0635, 0.0487];
    for (const [at, number] of published.entries()) expect(vector[at]).toBeCloseTo(number, 3);
    const slow = slowBert(packagedModel().weightsPath);
    const expected = slow.meaning(packagedTokenizer().single(text).ids);
    expect(cosine(vector, Float32Array.from(expected))).toBeGreaterThan(0.999_999);
  });

  it('makes almost the same ones in int8', async () => {
    await using encoder = await open('int8');
    await using exact = await open('fp32');
    for (const each of [
      text,
      'How many people live in Paris?',
      'x = [i ** 2 for i in range(10)]',
      'Wo ist der Bahnhof?',
    ]) {
      const vectors = [encoder, exact].map((one) => one.encode(each, neverAborted()));
      const [vector, expected] = (await Promise.all(vectors)) as [Float32Array, Float32Array];
      expect(cosine(vector, expected)).toBeGreaterThan(0.993);
    }
  });

  it('is called by its weights and its precision', async () => {
    await using encoder = await open('int8');
    await using exact = await open('fp32');
    expect(encoder.id).toBe('all-MiniLM-L6-v2/6638f625a0a6/int8-v1');
    expect(exact.id).toBe('all-MiniLM-L6-v2/6638f625a0a6/fp32-v1');
  });

  it('says that it is being loaded, and lets calls wait for it', async () => {
    await using encoder = await open('int8');
    expect(encoder.health()).toMatchObject({ name: 'encoder', status: 'DEGRADED' });
    expect(await encoder.encode(text, neverAborted())).toHaveLength(384);
    await encoder.ready;
    expect(encoder.health()).toMatchObject({ status: 'OK', detail: null });
  });

  it('leaves the event loop free', async () => {
    await using encoder = await open('fp32');
    await encoder.ready;
    const long = 'How long is a long text? '.repeat(100);
    const turns = await eventLoopTurns(() => encoder.encode(long, neverAborted()));
    expect(turns).toBeGreaterThan(20);
  });

  it('answers no call after it was closed', async () => {
    const encoder = await open('int8');
    await encoder[Symbol.asyncDispose]();
    await expect(encoder.encode(text, neverAborted())).rejects.toThrow('closed');
    expect(encoder.health()).toMatchObject({ status: 'UNAVAILABLE' });
  });

  it('is not opened when its weights cannot be read', async () => {
    const base = { ...packagedModel(), weightsPath: '/nowhere/model.safetensors' };
    const opening = openLocalEncoder({ workers, precision: 'int8', base });
    await expect(opening).rejects.toThrow('/nowhere/model.safetensors cannot be read');
  });
});

describe('an encoder with weights that are none', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-weights-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('says so, and rejects every call', async () => {
    const weightsPath = join(folder, 'model.safetensors');
    writeFileSync(weightsPath, 'no weights');
    const base = { ...packagedModel(), name: 'none', weightsPath };
    await using encoder = await openLocalEncoder({ workers, precision: 'int8', base });
    await expect(encoder.ready).rejects.toThrow('no header');
    await expect(encoder.encode(text, neverAborted())).rejects.toThrow('no header');
    expect(encoder.health()).toMatchObject({ status: 'UNAVAILABLE' });
  });
});

describe('the local pair model', () => {
  const learnedPath = learnedPairModel();
  const open = (precision: Precision) => openLocalPairModel({ workers, learnedPath, precision });
  const asked = 'Where is the station?';
  const stored = ['When does the station open?', 'An egg.'];

  it('says what its weights say', async () => {
    await using model = await open('fp32');
    const slow = slowBert(packagedModel().weightsPath, learnedPath);
    const tokenizer = packagedTokenizer();
    const numbers = await model.compare(asked, stored, neverAborted());
    for (const [at, other] of stored.entries()) {
      const [one, two] = [asked, other].sort() as [string, string];
      const { ids, first } = tokenizer.pair(one, two);
      expect(numbers[at]).toBeCloseTo(slow.score(ids, first), 3);
    }
  });

  it('says almost the same in int8', async () => {
    await using model = await open('int8');
    await using exact = await open('fp32');
    const numbers = await model.compare(asked, stored, neverAborted());
    const expected = await exact.compare(asked, stored, neverAborted());
    for (const [at, number] of numbers.entries()) {
      expect(Math.abs(number - (expected[at] ?? Number.NaN))).toBeLessThan(0.2);
    }
  });

  it('is called by both of its weights', async () => {
    await using model = await open('int8');
    await using other = await openLocalPairModel({
      ...{ workers, precision: 'int8' },
      learnedPath: learnedPairModel(2),
    });
    expect(model.id).toMatch(/^all-MiniLM-L6-v2\/6638f625a0a6\+[\da-f]{12}\/int8-v1$/);
    expect(other.id).not.toBe(model.id);
    expect(model.health()).toMatchObject({ name: 'pair-model' });
  });

  it('leaves the event loop free', async () => {
    await using model = await open('fp32');
    await model.ready;
    const long = 'How long is a long text? '.repeat(100);
    const turns = await eventLoopTurns(() => model.compare(long, [long], neverAborted()));
    expect(turns).toBeGreaterThan(20);
  });
});
