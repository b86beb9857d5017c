import { openAiCompatible } from '../src/upstream/openai-compatible.ts';

/**
 * Opens `count` answers that never end, by the upstream adapter alone, and tells what each takes in bytes:
 * the part of a live stream's memory that is not its listener's. Wants `--expose-gc`.
 */
const [baseUrl = '', count = '0'] = process.argv.slice(2);

const upstream = openAiCompatible({ name: 'bench', baseUrl, apiKey: null });
const before = memory();
const patient = new AbortController().signal;
await Promise.all(Array.from({ length: Number(count) }, openOne));
process.send?.({ bytes: (memory() - before) / Number(count) });

async function openOne() {
  const parts = upstream.stream(
    {
      model: 'bench',
      system: null,
      messages: [{ role: 'USER', content: 'hang' }],
      maxTokens: null,
      temperature: null,
      topP: null,
      stop: [],
      seed: null,
      responseFormat: { kind: 'TEXT' },
    },
    patient,
  );
  await parts[Symbol.asyncIterator]().next();
}

function memory(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
