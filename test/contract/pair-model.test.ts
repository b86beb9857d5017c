import { openLocalPairModel } from '../../src/embedding/local-pair-model.ts';
import type { Precision } from '../../src/embedding/model-source.ts';
import { learnedPairModel } from '../support/learned-pair-model.ts';
import { openTestWorkers } from '../support/local-models.ts';
import { describePairModel } from './pair-model.ts';

describePairModel('in this process, in int8', () => openLocal('int8'));
describePairModel('in this process, in fp32', () => openLocal('fp32'));

async function openLocal(precision: Precision) {
  const workers = openTestWorkers();
  const learnedPath = learnedPairModel();
  const pairModel = await openLocalPairModel({ workers, learnedPath, precision });
  return { pairModel, [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose]() };
}
