import {
  type OpenAiCompatibleOptions,
  openAiCompatible,
} from '../../src/upstream/openai-compatible.ts';
import type { UpstreamCall } from '../../src/upstream/port.ts';
import { startScriptedUpstream } from './scripted-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from './upstream-call.ts';
import type { Script } from './upstream-script.ts';

/** A scripted server, the adapter in front of it, and a shorthand for asking. */
export async function startOpenAiCompatible(
  options: Partial<OpenAiCompatibleOptions>,
  ...scripts: Script[]
) {
  const server = await startScriptedUpstream();
  server.answers(...scripts);
  const upstream = openAiCompatible({
    name: 'scripted',
    baseUrl: server.baseUrl,
    apiKey: null,
    ...options,
  });
  return {
    server,
    upstream,
    ask: (fields: Partial<UpstreamCall> = {}) =>
      outcomeOf(upstream.stream(upstreamCall(fields), neverAborted())),
    async [Symbol.asyncDispose]() {
      await upstream[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
