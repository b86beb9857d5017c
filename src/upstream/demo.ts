import { GatewayError } from '../domain/errors.ts';
import type { Upstream, UpstreamCall } from './port.ts';
import { wait } from './wait.ts';

export const DEMO_SMALL_MODEL = 'demo-3b';
export const DEMO_LARGE_MODEL = 'demo-8b';

/** For health: what an operator should know of every answer this upstream gives. */
export const DEMO_NOTE =
  'The built-in demo answers: it is no language model. Set LLM_PROVIDER to configure one.';

/**
 * How long a model lets one wait. Chosen figures, in the range of what one user sees of models of these
 * sizes on one data-centre GPU.
 */
type Latency = { readonly firstTokenMs: number; readonly tokensPerSecond: number };

const SMALL: Latency = { firstTokenMs: 120, tokensPerSecond: 90 };
const LARGE: Latency = { firstTokenMs: 250, tokensPerSecond: 45 };

/**
 * Stands in while no model is configured, and says so in every answer. It runs in the process, repeats
 * nothing of the prompt but its length in words, and gives equal calls equal answers. Its tokens are words.
 *
 * `pace` scales the time it takes: 0 is at once, 1 as long as a real model of that size.
 *
 * It keeps to `maxTokens`, `stop` and the response format JSON. A JSON Schema it cannot follow, and rejects
 * the call.
 */
export function demoUpstream(options: { readonly pace: number }): Upstream {
  return {
    name: 'demo',
    async *stream(call, signal) {
      signal.throwIfAborted();
      const latency = call.model === DEMO_SMALL_MODEL ? SMALL : LARGE;
      const answer = answerTo(call);
      const pause = async (milliseconds: number) => {
        if (options.pace > 0) await wait(milliseconds * options.pace, signal);
        signal.throwIfAborted();
      };

      await pause(latency.firstTokenMs);
      for (const token of answer.tokens) {
        yield { type: 'text', text: token };
        await pause(1000 / latency.tokensPerSecond);
      }
      yield {
        type: 'finish',
        finishReason: answer.cut ? 'LENGTH' : 'STOP',
        model: call.model,
        usage: { inputTokens: wordsIn(call), outputTokens: answer.tokens.length },
      };
    },
  };
}

function answerTo(call: UpstreamCall): { tokens: string[]; cut: boolean } {
  const tokens = tokensOf(untilStop(textFor(call), call.stop));
  const kept = tokens.slice(0, call.maxTokens ?? tokens.length);
  return { tokens: kept, cut: kept.length < tokens.length };
}

function textFor(call: UpstreamCall): string {
  const promptWords = wordsOf(call.messages.at(-1)?.content ?? '');
  switch (call.responseFormat.kind) {
    case 'TEXT':
      return (
        'This is the built-in demo of Sluice, not a language model: no model is configured. ' +
        `The model asked for was ${call.model}, with a prompt of ${promptWords} ` +
        `${promptWords === 1 ? 'word' : 'words'}. ` +
        'To get real answers, set LLM_PROVIDER (huggingface, openai, groq, together, vllm, ollama or ' +
        'llamacpp), or LLM_BASE_URL for another server that speaks the OpenAI API, and the key as ' +
        'LLM_API_KEY or HUGGINGFACE_API_KEY; then start Sluice again.'
      );
    case 'JSON':
      return JSON.stringify({ demo: true, notice: DEMO_NOTE, model: call.model, promptWords });
    case 'JSON_SCHEMA':
      throw new GatewayError(
        'UPSTREAM_REJECTED',
        'The built-in demo cannot follow a JSON Schema. Set LLM_PROVIDER to configure a model that can.',
      );
  }
}

/** The text up to the first of the stop sequences, which is left out, as providers do. */
function untilStop(text: string, stop: readonly string[]): string {
  const ends = stop.map((sequence) => text.indexOf(sequence)).filter((index) => index >= 0);
  return text.slice(0, Math.min(text.length, ...ends));
}

/** Words with the white space before them; together they are the text. */
function tokensOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function wordsIn(call: UpstreamCall): number {
  const contents = call.messages.map((message) => message.content);
  return contents.reduce((sum, content) => sum + wordsOf(content), wordsOf(call.system ?? ''));
}

function wordsOf(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
