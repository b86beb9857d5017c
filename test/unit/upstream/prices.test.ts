import { describe, expect, it } from 'vitest';
import { knownPrices } from '../../../src/upstream/known-prices.ts';
import { type PresetName, presets } from '../../../src/upstream/presets.ts';
import { priceTable } from '../../../src/upstream/prices.ts';

const usage = { inputTokens: 2_000_000, outputTokens: 500_000 };

describe('the price of a call', () => {
  const priceOf = priceTable({
    'gpt-4o-mini': { input: 0.15, output: 0.6 },
    'gpt-4o-mini-2099-01-01': { input: 1, output: 2 },
  });

  it('is the price of its tokens, per million', () => {
    expect(priceOf('gpt-4o-mini', usage)).toBeCloseTo(2 * 0.15 + 0.5 * 0.6, 10);
  });

  it.each([
    'gpt-4o-mini-2024-07-18',
    'gpt-4o-mini-20240718',
  ])('is for the snapshot %s that of the model', (snapshot) => {
    expect(priceOf(snapshot, usage)).toBe(priceOf('gpt-4o-mini', usage));
  });

  it('is the snapshot’s own where it has one', () => {
    expect(priceOf('gpt-4o-mini-2099-01-01', usage)).toBe(3);
  });

  it.each([
    'gpt-4o',
    'gpt-4o-mini-high',
    'constructor',
    '',
  ])('is not known for the model "%s"', (model) => {
    expect(priceOf(model, usage)).toBeNull();
  });
});

describe('the list prices', () => {
  it('cost the demo nothing', () => {
    expect(priceTable({ ...knownPrices['demo'] })('demo-8b', usage)).toBe(0);
  });

  it.each<PresetName>([
    'vllm',
    'ollama',
    'llamacpp',
    'huggingface',
  ])('know no price for %s', (provider) => {
    expect(knownPrices[provider]).toBeUndefined();
  });

  it.each<PresetName>(['openai', 'groq'])('know both default models of %s', (provider) => {
    const { smallModel, largeModel } = presets[provider];
    const priceOf = priceTable({ ...knownPrices[provider] });
    const small = priceOf(smallModel, usage);
    expect(small).toBeGreaterThan(0);
    expect(priceOf(largeModel, usage)).toBeGreaterThan(small ?? 0);
  });
});
