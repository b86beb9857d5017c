/** How long what a model reads and writes may be, in tokens. Null: not known. */
export type ModelLimits = {
  /** Prompt and answer together. */
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
};

/**
 * `knownModels[provider]?.[model]`, for models that presets and known prices name, as far as their limits are sure;
 * collected in 2026-11. The operator's MODELS wins.
 *
 * Missing on purpose: `huggingface`, whose router picks a provider with limits of its own, and the local servers `vllm`,
 * `ollama` and `llamacpp`, whose window is what they were started with, whatever the model could read.
 */
export const knownModels: Readonly<Record<string, Readonly<Record<string, ModelLimits>>>> = {
  openai: {
    // https://developers.openai.com/api/docs/models. Of a window of 1,050,000 (400,000) tokens 128,000 are kept for the
    // answer: a prompt may have no more than the rest, which is taken for all.
    'gpt-6-luna': { contextTokens: 922_000, maxOutputTokens: 128_000 },
    'gpt-5.4': { contextTokens: 922_000, maxOutputTokens: 128_000 },
    'gpt-5.4-mini': { contextTokens: 272_000, maxOutputTokens: 128_000 },
    'gpt-4.1': { contextTokens: 1_047_576, maxOutputTokens: 32_768 },
    'gpt-4.1-mini': { contextTokens: 1_047_576, maxOutputTokens: 32_768 },
    'gpt-4o': { contextTokens: 128_000, maxOutputTokens: 16_384 },
    'gpt-4o-mini': { contextTokens: 128_000, maxOutputTokens: 16_384 },
  },
  groq: {
    // https://console.groq.com/docs/models
    'openai/gpt-oss-120b': { contextTokens: 131_072, maxOutputTokens: null },
    'openai/gpt-oss-20b': { contextTokens: 131_072, maxOutputTokens: null },
  },
  together: {
    // https://docs.together.ai/docs/serverless/models
    'openai/gpt-oss-120b': { contextTokens: 131_072, maxOutputTokens: null },
    'meta-llama/Llama-3.3-70B-Instruct-Turbo': { contextTokens: 131_072, maxOutputTokens: null },
  },
};
