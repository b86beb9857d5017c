import { GatewayError } from '../domain/errors.ts';
import type { GenerationRequest, Message } from '../domain/request.ts';
import type { PromptDecision } from './decision.ts';
import type { CountTokens } from './tokens.ts';

/**
 * What a chat template adds around each message, and before the answer. The exact figure is the model's
 * own; OpenAI documents 3 for its chat models ("How to count tokens with tiktoken"), Llama 3 takes 4 or 5.
 */
const TOKENS_PER_MESSAGE = 4;
const TOKENS_BEFORE_ANSWER = 3;

/** What is sent to a model, and what was done to get there. */
export type PreparedPrompt = {
  readonly system: string | null;
  /** Oldest first; the last one is the prompt. */
  readonly messages: readonly Message[];
  readonly decision: PromptDecision;
};

/**
 * Makes the messages for a request and counts them.
 *
 * @throws GatewayError PROMPT_TOO_LONG when they are more than `maxInputTokens`
 */
export function preparePrompt(
  request: GenerationRequest,
  options: { countTokens: CountTokens; maxInputTokens: number },
): PreparedPrompt {
  const messages: Message[] = [...request.history, { role: 'USER', content: request.prompt }];
  const contents = messages.map((message) => message.content);
  if (request.system !== null) contents.push(request.system);

  const inputTokens = contents.reduce(
    (sum, content) => sum + TOKENS_PER_MESSAGE + options.countTokens(content),
    TOKENS_BEFORE_ANSWER,
  );
  if (inputTokens > options.maxInputTokens) {
    throw new GatewayError(
      'PROMPT_TOO_LONG',
      `The prompt takes about ${inputTokens} tokens with its history and system text; ` +
        `at most ${options.maxInputTokens} are allowed.`,
    );
  }
  return {
    system: request.system,
    messages,
    decision: { inputTokensBefore: inputTokens, inputTokensAfter: inputTokens, terms: [] },
  };
}
