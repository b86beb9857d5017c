import { GatewayError } from '../domain/errors.ts';
import type { FinishReason } from '../domain/usage.ts';
import { errorIn, reportedFailure } from './http-failure.ts';
import { isJsonObject, type JsonObject, parseJson } from './json.ts';
import type { UpstreamPart } from './port.ts';

type FinishPart = Extract<UpstreamPart, { type: 'finish' }>;

/**
 * Reads one chat completion, chunk by chunk. Both methods throw a GatewayError when the upstream reported
 * an error or does not speak the protocol.
 *
 * @see https://platform.openai.com/docs/api-reference/chat-streaming
 */
export type ChatCompletionReader = {
  /** The texts in one event's data; often none. */
  read(data: string): readonly UpstreamPart[];
  /** The model has said why it stopped: the answer is whole, though the usage may still be on its way. */
  readonly finished: boolean;
  /** `[DONE]` was read: nothing follows. */
  readonly done: boolean;
  /**
   * The last part, once no more data will come. An answer that ended without a finish reason and without
   * `[DONE]` was cut off.
   */
  finish(): FinishPart;
};

/** `upstream` is named in errors. */
export function chatCompletionReader(upstream: string): ChatCompletionReader {
  let model: string | null = null;
  let usage: FinishPart['usage'] = null;
  let finishReason: FinishReason | null = null;
  let refused = false;
  let done = false;

  const take = (choice: JsonObject): readonly UpstreamPart[] => {
    finishReason ??= finishReasonOf(choice['finish_reason']);
    if (finishReason === 'TOOL_CALLS') throw unexpectedToolCall(upstream);
    // A server that was asked to stream and did not sends the whole as `message`.
    const delta = choice['delta'] ?? choice['message'];
    if (!isJsonObject(delta)) return [];
    refused ||= nonEmpty(delta['refusal']) !== null;
    return partsOf(upstream, delta);
  };

  return {
    get finished() {
      return finishReason !== null;
    },
    get done() {
      return done;
    },
    read(data) {
      if (isDone(data)) done = true;
      // Some proxies keep a connection alive with empty events.
      if (done || data === '') return [];

      const chunk = parseJson(data);
      const reported = errorIn(chunk);
      if (reported !== undefined) throw reportedFailure(upstream, reported);
      if (isJsonObject(chunk)) {
        model ??= nonEmpty(chunk['model']);
        usage = usageIn(chunk['usage']) ?? usage;
        const choice = firstChoice(chunk['choices']);
        return choice === undefined ? [] : take(choice);
      }
      // Cut off while the usage was on its way: the answer itself is whole.
      if (finishReason !== null) return [];
      throw unreadable(upstream);
    },
    finish() {
      if (finishReason === null) throw cutOff(upstream);
      // OpenAI ends a refusal with `stop`; taken at its word it would be cached as an answer.
      const reason = refused && finishReason === 'STOP' ? 'CONTENT_FILTER' : finishReason;
      return { type: 'finish', finishReason: reason, model, usage };
    },
  };
}

function isDone(data: string): boolean {
  return data.length < 16 && data.trim() === '[DONE]';
}

/** More than one is never asked for, but some servers number what they send. */
function firstChoice(choices: unknown): JsonObject | undefined {
  if (!Array.isArray(choices)) return undefined;
  return choices.find((choice) => isJsonObject(choice) && (choice['index'] ?? 0) === 0);
}

function partsOf(upstream: string, delta: JsonObject): UpstreamPart[] {
  if (callsTool(delta)) throw unexpectedToolCall(upstream);
  const parts: UpstreamPart[] = [];
  // Servers differ in the name, and some send the same text under both.
  const reasoning = nonEmpty(delta['reasoning_content']) ?? nonEmpty(delta['reasoning']);
  if (reasoning !== null) parts.push({ type: 'reasoning', text: reasoning });
  const text = nonEmpty(textIn(upstream, delta['content'])) ?? nonEmpty(delta['refusal']);
  if (text !== null) parts.push({ type: 'text', text });
  return parts;
}

function textIn(upstream: string, content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (content === null || content === undefined) return null;
  throw protocolError(upstream, 'sent content that is not text');
}

/** Many servers send an empty list, or null, with every delta. */
function callsTool(delta: JsonObject): boolean {
  const calls = delta['tool_calls'];
  return (Array.isArray(calls) && calls.length > 0) || isJsonObject(delta['function_call']);
}

/** Beside OpenAI's own words, those of Together (`eos`) and of text-generation-inference. */
const FINISH_REASONS: ReadonlyMap<unknown, FinishReason> = new Map([
  ['stop', 'STOP'],
  ['eos', 'STOP'],
  ['eos_token', 'STOP'],
  ['stop_sequence', 'STOP'],
  ['length', 'LENGTH'],
  ['max_tokens', 'LENGTH'],
  ['content_filter', 'CONTENT_FILTER'],
  ['tool_calls', 'TOOL_CALLS'],
  ['function_call', 'TOOL_CALLS'],
]);

function finishReasonOf(reason: unknown): FinishReason | null {
  if (nonEmpty(reason) === null) return null;
  return FINISH_REASONS.get(reason) ?? 'OTHER';
}

/** Far more than any model reads or writes. */
const MOST_TOKENS = 2 ** 31;

/** Null when it is not said, or is no count: a server that says -1 would pay into its caller's budget. */
function usageIn(usage: unknown): FinishPart['usage'] {
  if (!isJsonObject(usage)) return null;
  const inputTokens = usage['prompt_tokens'];
  const outputTokens = usage['completion_tokens'];
  return isCount(inputTokens) && isCount(outputTokens) ? { inputTokens, outputTokens } : null;
}

function isCount(tokens: unknown): tokens is number {
  return Number.isInteger(tokens) && Number(tokens) >= 0 && Number(tokens) <= MOST_TOKENS;
}

function nonEmpty(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function unexpectedToolCall(upstream: string): GatewayError {
  return protocolError(upstream, 'called a tool, though none was offered');
}

/** One garbled event among good ones is a fault of the way, not of the request. */
function unreadable(upstream: string): GatewayError {
  const message = `The upstream ${upstream} sent data that is not a JSON object.`;
  return new GatewayError('UPSTREAM_PROTOCOL', message, { retryable: true });
}

function cutOff(upstream: string): GatewayError {
  const message = `The upstream ${upstream} ended its answer before it was whole.`;
  return new GatewayError('UPSTREAM_PROTOCOL', message, { retryable: true });
}

function protocolError(upstream: string, what: string): GatewayError {
  return new GatewayError('UPSTREAM_PROTOCOL', `The upstream ${upstream} ${what}.`);
}
