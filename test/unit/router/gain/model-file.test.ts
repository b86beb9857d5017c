import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  GainModelFileError,
  readGainModel,
  writeGainModel,
} from '../../../../src/router/gain/model-file.ts';
import { openGainModel } from '../../../../src/router/gain/open-gain-model.ts';
import { promptFeatures } from '../../../../src/router/gain/prompt-features.ts';
import { trainGainModel } from '../../../../src/router/gain/train-gain-model.ts';
import { sumsAndTales } from './sums-and-tales.ts';

const about = {
  pair: { small: 'little', large: 'big' },
  trainedOn: 'Made-up sums and tales.',
  trainedAt: '2026-01-01T00:00:00.000Z',
  encoder: 'made-up/',
};
const trained = trainGainModel(sumsAndTales(200, 1), { seed: 1, about });
const bytes = writeGainModel(trained);

describe('a gain model in a file', () => {
  test('is the model that was written', () => {
    expect(readGainModel(bytes)).toEqual(trained);
  });

  test.each([
    ['nothing', '', 'It is no gain model.'],
    ['another file', '{"name":"sluice"}', 'It is no gain model.'],
    ['half of one', new TextDecoder().decode(bytes).slice(0, 5_000), 'It is no gain model.'],
    ['one of a later format', changed({ format: 'sluice-router-gain-2' }), 'another version'],
    ['one for other features', changed({ featuresVersion: 99 }), 'another version'],
    [
      'one without its centres',
      changed({ experts: { ...trained.experts, centres: null } }),
      'damaged',
    ],
    [
      'one whose weights are of other centres',
      changed({
        experts: { ...encodedExperts(), small: { ...encodedExperts().small, weights: '' } },
      }),
      'Its parts do not fit together',
    ],
    ['one whose trees lead in circles', changed({ experts: withSkips('//8=') }), 'lead nowhere'],
    [
      'one with a quality beyond 1',
      changed({ about: { ...trained.about, heldOut: { ...trained.about.heldOut, ece: 7 } } }),
      'damaged',
    ],
  ])('cannot be read from %s', (_, text, message) => {
    const read = () => readGainModel(new TextEncoder().encode(text));
    expect(read).toThrow(GainModelFileError);
    expect(read).toThrow(message);
  });
});

describe('the shipped gain model', () => {
  const shipped = readFileSync(new URL('../../../../models/router-gain.json', import.meta.url));
  const model = openGainModel(readGainModel(shipped));

  test('says that it was trained on public benchmarks of other models', () => {
    expect(model.about.trainedOn).toMatch(/public benchmarks.*other (pairs|models)/);
    expect(model.about.pair).toBeNull();
    expect(model.about.encoder).toBe('all-MiniLM-L6-v2/');
  });

  test('is small', () => {
    expect(shipped.length).toBeLessThan(1_000_000);
  });

  test('answers without a vector, and expects more of a large model for a sum than for a greeting', () => {
    const gainOf = (prompt: string) => model.expect(promptFeatures(prompt, null)).gain;
    const sum =
      'Tom buys 14 pens for $3 each and sells half of them for $5 each. How many dollars does he earn in total?';
    expect(gainOf(sum)).toBeGreaterThan(gainOf('What is the capital of France?'));
  });
});

/** The file with other parts. */
function changed(parts: Record<string, unknown>): string {
  return JSON.stringify({ ...parsed(), ...parts });
}

type Parsed = {
  readonly experts: {
    readonly small: { readonly weights: string; readonly trees: Record<string, unknown> };
  };
};

function parsed(): Parsed {
  return JSON.parse(new TextDecoder().decode(bytes));
}

function encodedExperts() {
  return parsed().experts;
}

function withSkips(skips: string) {
  const experts = encodedExperts();
  return { ...experts, small: { ...experts.small, trees: { ...experts.small.trees, skips } } };
}
