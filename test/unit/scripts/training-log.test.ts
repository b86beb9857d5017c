import { describe, expect, it } from 'vitest';
import { trainingFromLog } from '../../../scripts/training-log.ts';
import { promptFeatures } from '../../../src/router/gain/prompt-features.ts';
import { encodeFeatures } from '../../../src/router/gain/stored-features.ts';
import type { OutcomeEntry, RoutedOutcome } from '../../../src/router/outcomes/port.ts';
import { sampleLateSignal, sampleOutcome } from '../../support/sample-outcome.ts';

const NOON = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;
const pair = { small: 'small-model', large: 'large-model' };

const vector = new Float32Array(384).fill(1 / Math.sqrt(384));
const prompt = 'How much feed do broilers eat a day?';
const features = encodeFeatures(promptFeatures(prompt, vector));

/** One that can be learned from, except for what `changes` says. */
function known(changes: Partial<RoutedOutcome> = {}) {
  return sampleOutcome({ features, encoder: 'minilm/1', unit: null, at: NOON, ...changes });
}

async function train(entries: readonly OutcomeEntry[], silenceIsGood = true) {
  async function* logged() {
    for (const [index, entry] of entries.entries()) yield { position: String(index), entry };
  }
  return trainingFromLog(logged(), {
    ...{ pair, silenceIsGood, now: NOON + HOUR },
    featuresOf: async (text) => ({ features: promptFeatures(text, vector), encoder: 'minilm/2' }),
  });
}

describe('what is learned from a log', () => {
  it('is the quality of each answer, under the model that gave it', async () => {
    const [small, large, failed] = [
      known(),
      known({ tier: 'LARGE', at: NOON + 1 }),
      known({ status: 'FAILED', signals: ['FAILED'] }),
    ];
    const tookOver = known({ tier: 'SMALL', model: 'large-model', answeredBy: 'LARGE' });
    const bad = sampleLateSignal(large.generationId, { verdict: 'BAD' });
    const found = await train([small, large, failed, tookOver, bad]);
    expect(found).toMatchObject({
      outcomes: [
        { small: 1, large: null },
        { small: null, large: 0 },
        { small: null, large: 1 },
      ],
      ...{ encoder: 'minilm/1', ofPair: 4, unreadable: 0 },
      span: { from: NOON, to: NOON + 1 },
      pairs: [{ pair, count: 4 }],
    });
    expect(found.outcomes[0]?.features.vector).toHaveLength(384);
  });

  it('is only what was rated, if silence says nothing', async () => {
    const rated = known();
    const entries = [known(), rated, sampleLateSignal(rated.generationId)];
    expect((await train(entries, false)).outcomes).toMatchObject([{ small: 1 }]);
  });

  it('leaves out other pairs and models outside the pair, and tells of them', async () => {
    const other = { small: 'small-model', large: 'another' };
    const entries = [
      known(),
      known({ pair: other, model: 'another', tier: 'LARGE' }),
      known({ pair: other }),
      known({ model: 'third-model', answeredBy: null }),
    ];
    const { outcomes, ofPair, pairs } = await train(entries);
    expect(outcomes).toHaveLength(1);
    expect(ofPair).toBe(1);
    expect(pairs).toEqual([
      { pair, count: 2 },
      { pair: other, count: 2 },
    ]);
  });

  it('has features of another version made anew where the prompt is known', async () => {
    const old = { ...features, version: -1 };
    const entries = [
      known({ features: old, prompt }),
      known({ features: old }),
      known({ features: null }),
    ];
    const { outcomes, unreadable, encoder } = await train(entries);
    expect(outcomes).toHaveLength(1);
    expect(unreadable).toBe(2);
    expect(encoder).toBe('minilm/2');
  });

  it('takes the vectors of the most frequent encoder, and none of others', async () => {
    const entries = [known(), known(), known({ encoder: 'other/1' }), known({ encoder: null })];
    const { outcomes, encoder } = await train(entries);
    expect(encoder).toBe('minilm/1');
    expect(outcomes.map((each) => each.features.vector !== null)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is nothing of an empty log', async () => {
    expect(await train([])).toEqual({
      ...{ outcomes: [], encoder: null, ofPair: 0, unreadable: 0, span: null, pairs: [] },
    });
  });
});
