import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packagedModel } from '../../../src/embedding/base-model.ts';
import { openBertSession } from '../../../src/embedding/bert-session.ts';
import { prepareApart } from '../../../src/embedding/prepared-model.ts';
import { packagedTokenizer } from '../../support/tokenizer.ts';

it('two processes that make a model at once end with the same whole one', async () => {
  const path = await mkdtemp(join(tmpdir(), 'sluice-models-'));
  const { weightsPath, tokenizerPath } = packagedModel();
  const source = { weightsPath, tokenizerPath, learnedPath: null, precision: 'fp32' } as const;
  const folders = [{ path, ownOnly: false }];
  const [one, other] = [prepareApart(source, folders), prepareApart(source, folders)];
  expect(await one.revision).toBe('6638f625a0a6/fp32-v1');
  expect(await one.path).toBe(join(path, '6638f625a0a6-fp32-v1.onnx'));
  expect(await other.path).toBe(await one.path);
  const session = await openBertSession(await one.path, 1);
  const answer = (await session.run([packagedTokenizer().single('Why?')])).get('answer');
  expect(answer).toHaveLength(384);
  await session.release();
  await rm(path, { recursive: true });
});
