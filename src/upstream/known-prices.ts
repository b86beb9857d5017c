import type { ModelPrice } from './prices.ts';

/**
 * `knownPrices[provider]?.[model]`, in USD per million tokens: list prices collected in 2026-11, standard
 * tier, without discounts for cached input or batches and without the surcharge for long contexts. Prices
 * change: the operator's MODEL_PRICES wins.
 *
 * Provider first, because the same model costs different amounts at different ones. Missing on purpose:
 * `huggingface`, whose router passes on the price of whichever provider it picks, and the local servers
 * `vllm`, `ollama` and `llamacpp`, whose cost only their operator knows.
 */
export const knownPrices: Readonly<Record<string, Readonly<Record<string, ModelPrice>>>> = {
  openai: {
    // https://developers.openai.com/api/docs/pricing, as reported for September 2026.
    'gpt-6-astra': { input: 10, output: 50 },
    'gpt-6-sol': { input: 2, output: 10 },
    'gpt-6.1-sol': { input: 2, output: 10 },
    'gpt-6-luna': { input: 0.1, output: 0.5 },
    'gpt-5.6-terra': { input: 2, output: 12 },
    'gpt-5.6-luna': { input: 0.2, output: 1.2 },
    'gpt-5.4': { input: 2.5, output: 15 },
    'gpt-5.4-mini': { input: 0.75, output: 4.5 },
    'gpt-5.4-nano': { input: 0.2, output: 1.25 },
    // The same page, unchanged since 2025; these models are served until January 2027.
    'gpt-4.1': { input: 2, output: 8 },
    'gpt-4.1-mini': { input: 0.4, output: 1.6 },
    'gpt-4o': { input: 2.5, output: 10 },
    'gpt-4o-mini': { input: 0.15, output: 0.6 },
  },
  groq: {
    // https://console.groq.com/docs/models, as reported for July 2026.
    'openai/gpt-oss-120b': { input: 0.15, output: 0.6 },
    'openai/gpt-oss-20b': { input: 0.075, output: 0.3 },
  },
  together: {
    // https://docs.together.ai/docs/serverless/models, as reported for July 2026.
    'openai/gpt-oss-120b': { input: 0.15, output: 0.6 },
    'meta-llama/Llama-3.3-70B-Instruct-Turbo': { input: 1.04, output: 1.04 },
  },
  // The demo runs in this process and nobody is billed for it: its price is known, and it is nothing.
  demo: {
    'demo-3b': { input: 0, output: 0 },
    'demo-8b': { input: 0, output: 0 },
  },
};
