/** Why a model stopped. STOP alone means that the answer is whole. */
export type FinishReason = 'STOP' | 'LENGTH' | 'CONTENT_FILTER' | 'TOOL_CALLS' | 'OTHER';

/** PROVIDER: counted by the upstream. ESTIMATED: counted by the gateway's tokenizer. */
export type UsageSource = 'PROVIDER' | 'ESTIMATED';

/** Tokens of one upstream call, or summed over several. ESTIMATED if any part of the sum is. */
export type TokenUsage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly source: UsageSource;
};

export const NO_USAGE: TokenUsage = { inputTokens: 0, outputTokens: 0, source: 'PROVIDER' };

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    source: a.source === 'ESTIMATED' || b.source === 'ESTIMATED' ? 'ESTIMATED' : 'PROVIDER',
  };
}
