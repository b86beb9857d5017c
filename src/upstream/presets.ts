/** What there is to know of a provider before an operator says anything but its name. */
export type Preset = {
  /** Up to and including the version, without a slash at the end. */
  readonly baseUrl: string;
  readonly smallModel: string;
  readonly largeModel: string;
  /** The environment variable that usually holds its key; null for servers that ask for none. */
  readonly keyVariable: string | null;
  /** How its API names the bound on output tokens. */
  readonly maxTokensField: MaxTokensField;
};

/**
 * `max_tokens` is what every compatible server reads. OpenAI's reasoning models refuse it and want
 * `max_completion_tokens`, which all OpenAI models take and other servers may silently ignore.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export type MaxTokensField = 'max_tokens' | 'max_completion_tokens';

/**
 * The providers that LLM_PROVIDER can name. The models are defaults as of 2026-11: providers retire
 * models, and MODEL_SMALL and MODEL_LARGE win over them.
 */
export const presets = {
  huggingface: {
    baseUrl: 'https://router.huggingface.co/v1',
    smallModel: 'meta-llama/Llama-3.2-3B-Instruct',
    largeModel: 'meta-llama/Llama-3.1-8B-Instruct',
    keyVariable: 'HUGGINGFACE_API_KEY',
    maxTokensField: 'max_tokens',
  },
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    smallModel: 'gpt-6-luna',
    largeModel: 'gpt-6-sol',
    keyVariable: 'OPENAI_API_KEY',
    maxTokensField: 'max_completion_tokens',
  },
  groq: {
    baseUrl: 'https://api.groq.com/openai/v1',
    smallModel: 'openai/gpt-oss-20b',
    largeModel: 'openai/gpt-oss-120b',
    keyVariable: 'GROQ_API_KEY',
    maxTokensField: 'max_tokens',
  },
  together: {
    baseUrl: 'https://api.together.xyz/v1',
    smallModel: 'Qwen/Qwen3.5-9B',
    largeModel: 'meta-llama/Llama-3.3-70B-Instruct-Turbo',
    keyVariable: 'TOGETHER_API_KEY',
    maxTokensField: 'max_tokens',
  },
  vllm: {
    baseUrl: 'http://localhost:8000/v1',
    smallModel: 'meta-llama/Llama-3.2-3B-Instruct',
    largeModel: 'meta-llama/Llama-3.1-8B-Instruct',
    keyVariable: null,
    maxTokensField: 'max_tokens',
  },
  ollama: {
    baseUrl: 'http://localhost:11434/v1',
    smallModel: 'llama3.2:3b',
    largeModel: 'llama3.1:8b',
    keyVariable: null,
    maxTokensField: 'max_tokens',
  },
  /** llama.cpp's server answers with the model it was started with, whatever name is asked for. */
  llamacpp: {
    baseUrl: 'http://localhost:8080/v1',
    smallModel: 'llama-3.2-3b-instruct',
    largeModel: 'llama-3.1-8b-instruct',
    keyVariable: null,
    maxTokensField: 'max_tokens',
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;
