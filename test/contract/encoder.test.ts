import { openLocalEncoder } from '../../src/embedding/local-encoder.ts';
import type { Precision } from '../../src/embedding/model-source.ts';
import { openOpenAiEncoder } from '../../src/embedding/openai-encoder.ts';
import { startEmbeddingsServer } from '../support/embeddings-server.ts';
import { openTestWorkers } from '../support/local-models.ts';
import { neverAborted } from '../support/upstream-call.ts';
import { describeEncoder } from './encoder.ts';

describeEncoder('in this process, in int8', () => openLocal('int8'));
describeEncoder('in this process, in fp32', () => openLocal('fp32'));

describeEncoder('behind an OpenAI-compatible server', async () => {
  const server = await startEmbeddingsServer();
  const options = { baseUrl: server.baseUrl, apiKey: 'secret', model: 'words' };
  const encoder = await openOpenAiEncoder(options, neverAborted());
  return {
    encoder,
    async [Symbol.asyncDispose]() {
      await encoder[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});

async function openLocal(precision: Precision) {
  const workers = openTestWorkers();
  const encoder = await openLocalEncoder({ workers, precision });
  return { encoder, [Symbol.asyncDispose]: () => workers[Symbol.asyncDispose]() };
}
