import { expect, it } from 'vitest';
import { knownModels } from '../../../src/upstream/known-models.ts';
import { knownPrices } from '../../../src/upstream/known-prices.ts';
import { presets } from '../../../src/upstream/presets.ts';

const providers = Object.entries(knownModels);

it('the known limits are those of models that a preset or a known price names', () => {
  for (const [provider, models] of providers) {
    const preset = Object.entries(presets).find(([name]) => name === provider)?.[1];
    const named = [
      preset?.smallModel,
      preset?.largeModel,
      ...Object.keys(knownPrices[provider] ?? {}),
    ];
    expect(named).toEqual(expect.arrayContaining(Object.keys(models)));
  }
});

it('a model’s answer is never said to be longer than its window', () => {
  for (const { contextTokens, maxOutputTokens } of providers.flatMap(([, models]) =>
    Object.values(models),
  )) {
    expect(maxOutputTokens ?? 1).toBeLessThanOrEqual(contextTokens ?? Number.POSITIVE_INFINITY);
  }
});

it.each([
  'huggingface',
  'vllm',
  'ollama',
  'llamacpp',
])('nothing is said of %s, whose windows only its operator knows', (provider) => {
  expect(knownModels[provider]).toBeUndefined();
});
