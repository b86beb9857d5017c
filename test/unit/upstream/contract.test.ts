import { demoUpstream } from '../../../src/upstream/demo.ts';
import { fairQueue } from '../../../src/upstream/fair-queue.ts';
import type { Upstream } from '../../../src/upstream/port.ts';
import { resilientUpstream } from '../../../src/upstream/resilience.ts';
import { type UpstreamUnderTest, upstreamContract } from '../../contract/upstream.ts';
import { startOpenAiCompatible } from '../../support/openai-compatible.ts';
import { hang, say } from '../../support/upstream-script.ts';

const GENEROUS = {
  firstTokenTimeoutMs: 60_000,
  idleTimeoutMs: 60_000,
  totalTimeoutMs: 60_000,
  retries: 2,
  random: () => 0,
};

upstreamContract('demo', async () => ({
  answering: demoUpstream({ pace: 0 }),
  stalling: demoUpstream({ pace: 1_000 }),
  async [Symbol.asyncDispose]() {},
}));

upstreamContract('openai-compatible', scripted);

upstreamContract('openai-compatible, made resilient', async () => {
  const test = await scripted();
  return {
    ...test,
    answering: resilientUpstream(test.answering, GENEROUS),
    stalling: resilientUpstream(test.stalling, GENEROUS),
  };
});

async function scripted(): Promise<UpstreamUnderTest> {
  const { server, upstream, ...disposable } = await startOpenAiCompatible({});
  server.answersAll(({ body }) =>
    body.model === 'stalling' ? [hang] : say(['The ', 'sky ', 'scatters ', 'blue.']),
  );
  return { ...disposable, answering: upstream, stalling: askingFor('stalling', upstream) };
}

upstreamContract('demo, behind a fair queue', async () => {
  const options = { maxConcurrent: 2, maxQueued: 0, timeoutMs: 60_000 };
  return {
    answering: fairQueue(demoUpstream({ pace: 0 }), options),
    stalling: fairQueue(demoUpstream({ pace: 1_000 }), options),
    async [Symbol.asyncDispose]() {},
  };
});

function askingFor(model: string, upstream: Upstream): Upstream {
  return {
    name: upstream.name,
    stream: (call, signal) => upstream.stream({ ...call, model }, signal),
  };
}
