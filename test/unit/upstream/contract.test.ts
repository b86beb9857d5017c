import { demoUpstream } from '../../../src/upstream/demo.ts';
import { openAiCompatible } from '../../../src/upstream/openai-compatible.ts';
import type { Upstream } from '../../../src/upstream/port.ts';
import { resilientUpstream } from '../../../src/upstream/resilience.ts';
import { type UpstreamUnderTest, upstreamContract } from '../../contract/upstream.ts';
import { startScriptedUpstream } from '../../support/scripted-upstream.ts';
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

upstreamContract('openai-compatible', startOpenAiCompatible);

upstreamContract('openai-compatible, made resilient', async () => {
  const test = await startOpenAiCompatible();
  return {
    ...test,
    answering: resilientUpstream(test.answering, GENEROUS),
    stalling: resilientUpstream(test.stalling, GENEROUS),
  };
});

async function startOpenAiCompatible(): Promise<UpstreamUnderTest> {
  const server = await startScriptedUpstream();
  server.answersAll(({ body }) =>
    body.model === 'stalling' ? [hang] : say(['The ', 'sky ', 'scatters ', 'blue.']),
  );
  const upstream = openAiCompatible({ name: 'scripted', baseUrl: server.baseUrl, apiKey: null });
  return {
    answering: upstream,
    stalling: askingFor('stalling', upstream),
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

function askingFor(model: string, upstream: Upstream): Upstream {
  return {
    name: upstream.name,
    stream: (call, signal) => upstream.stream({ ...call, model }, signal),
  };
}
