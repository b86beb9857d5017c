import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ABILITIES,
  type CandidateNeed,
  fittingCandidates,
  needOf,
  nothingFits,
  orderCandidates,
  type ServedModel,
} from '../../../src/router/candidates.ts';
import { sampleRequest } from '../../support/sample-request.ts';

function served(model: string, known: Partial<ServedModel> = {}): ServedModel {
  return {
    ...{ model, tier: null, contextTokens: null, maxOutputTokens: null },
    ...{ abilities: null, pricePerMillion: null },
    ...known,
  };
}

function need(changes: Partial<CandidateNeed> = {}): CandidateNeed {
  return { inputTokens: 100, maxTokens: null, abilities: [], ...changes };
}

function names(models: readonly ServedModel[]) {
  return models.map(({ model }) => model);
}

const tiers = fc.constantFrom('SMALL', 'LARGE', null);
const limit = fc.option(fc.integer({ min: 1, max: 4_000 }));
const price = fc.option(
  fc.record({ input: fc.integer({ max: 5, min: 0 }), output: fc.integer({ min: 0, max: 5 }) }),
);
const anyModels: fc.Arbitrary<ServedModel[]> = fc.uniqueArray(
  fc.record({
    model: fc.string({ minLength: 1, maxLength: 3 }),
    tier: tiers,
    contextTokens: limit,
    maxOutputTokens: limit,
    abilities: fc.option(fc.subarray([...ABILITIES]).map((all) => new Set(all))),
    pricePerMillion: price,
  }),
  { selector: ({ model }) => model, maxLength: 8 },
);
const anyNeed: fc.Arbitrary<CandidateNeed> = fc.record({
  inputTokens: fc.integer({ min: 1, max: 4_000 }),
  maxTokens: limit,
  abilities: fc.subarray([...ABILITIES]),
});

describe('what a request needs', () => {
  it('is its tokens, a system text where there is one, and its response format', () => {
    expect(needOf(sampleRequest({ maxTokens: 9 }), 40)).toEqual({
      inputTokens: 40,
      maxTokens: 9,
      abilities: [],
    });
    const responseFormat = { kind: 'JSON_SCHEMA', jsonSchema: '{}' } as const;
    expect(needOf(sampleRequest({ system: 'Be brief.', responseFormat }), 1).abilities).toEqual([
      'SYSTEM',
      'JSON_SCHEMA',
    ]);
    expect(needOf(sampleRequest({ responseFormat: { kind: 'JSON' } }), 1).abilities).toEqual([
      'JSON',
    ]);
  });
});

describe('the models that fit a request', () => {
  it('have room for the prompt, a tenth more of it, and the answer', () => {
    const models = [served('m', { contextTokens: 1_300 })];
    const fitsWith = (changes: Partial<CandidateNeed>) =>
      fittingCandidates(models, need(changes)).fits.length === 1;
    expect(fitsWith({ inputTokens: 1_000, maxTokens: 200 })).toBe(true);
    expect(fitsWith({ inputTokens: 1_000, maxTokens: 201 })).toBe(false);
    expect(fitsWith({ inputTokens: 1_001, maxTokens: 200 })).toBe(false);
    // An answer of which nothing is said is not to be cut after a few words.
    expect(fitsWith({ inputTokens: 940 })).toBe(true);
    expect(fitsWith({ inputTokens: 960 })).toBe(false);
  });

  it('can give an answer as long as it may be', () => {
    const models = [served('m', { maxOutputTokens: 500 })];
    expect(names(fittingCandidates(models, need({ maxTokens: 500 })).fits)).toEqual(['m']);
    expect(names(fittingCandidates(models, need({ maxTokens: 501 })).tooSmall)).toEqual(['m']);
    expect(names(fittingCandidates(models, need()).fits)).toEqual(['m']);
  });

  it('have every ability that is needed; one that nobody described is taken to have them', () => {
    const models = [
      served('none', { abilities: new Set() }),
      served('json', { abilities: new Set(['JSON']) }),
      served('both', { abilities: new Set(['JSON', 'SYSTEM']) }),
      served('unknown'),
    ];
    const { fits, tooSmall, unable } = fittingCandidates(
      models,
      need({ abilities: ['SYSTEM', 'JSON'] }),
    );
    expect(names(fits)).toEqual(['both', 'unknown']);
    expect(names(unable)).toEqual(['none', 'json']);
    expect(tooSmall).toEqual([]);
  });

  it('and those that do not are all the models, each once, in their order', () => {
    fc.assert(
      fc.property(anyModels, anyNeed, (models, needed) => {
        const { fits, tooSmall, unable } = fittingCandidates(models, needed);
        const found = new Set([...fits, ...tooSmall, ...unable]);
        expect(found.size).toBe(fits.length + tooSmall.length + unable.length);
        expect(models.filter((model) => found.has(model))).toEqual(models);
        for (const group of [fits, tooSmall, unable]) {
          expect(models.filter((model) => group.includes(model))).toEqual(group);
        }
      }),
    );
  });

  it('never include one whose window is too short for prompt and answer', () => {
    fc.assert(
      fc.property(anyModels, anyNeed, (models, needed) => {
        for (const { contextTokens } of fittingCandidates(models, needed).fits) {
          const least = needed.inputTokens + (needed.maxTokens ?? 0);
          expect(contextTokens ?? least).toBeGreaterThanOrEqual(least);
        }
      }),
    );
  });

  it('are as many or more when the prompt is shorter', () => {
    fc.assert(
      fc.property(anyModels, anyNeed, fc.integer({ min: 1 }), (models, needed, tokens) => {
        const shorter = { ...needed, inputTokens: Math.min(tokens, needed.inputTokens) };
        expect(fittingCandidates(models, shorter).fits).toEqual(
          expect.arrayContaining([...fittingCandidates(models, needed).fits]),
        );
      }),
    );
  });
});

describe('the order of candidates', () => {
  const models = [
    served('large', { tier: 'LARGE', pricePerMillion: { input: 3, output: 9 } }),
    served('large-cheap', { tier: 'LARGE', pricePerMillion: { input: 1, output: 3 } }),
    served('small', { tier: 'SMALL' }),
    served('small-cheap', { tier: 'SMALL', pricePerMillion: { input: 0.1, output: 0.1 } }),
    served('other'),
  ];

  it('begins with the wanted tier, the cheapest first, and has the others as fallbacks', () => {
    const ordered = (first: 'SMALL' | 'LARGE') =>
      names(orderCandidates(models, first, () => false));
    expect(ordered('SMALL')).toEqual(['small-cheap', 'small', 'large-cheap', 'large', 'other']);
    expect(ordered('LARGE')).toEqual(['large-cheap', 'large', 'small-cheap', 'small', 'other']);
  });

  it('puts a model whose calls fail behind the others of its tier, and no further', () => {
    const isFailing = (model: string) => ['small-cheap', 'large-cheap'].includes(model);
    expect(names(orderCandidates(models, 'SMALL', isFailing))).toEqual([
      ...['small', 'small-cheap', 'large', 'large-cheap', 'other'],
    ]);
  });

  it('reckons three tokens of input to one of output', () => {
    const prices = [
      served('a', { tier: 'LARGE', pricePerMillion: { input: 2, output: 1 } }),
      served('b', { tier: 'LARGE', pricePerMillion: { input: 1, output: 3.9 } }),
    ];
    expect(names(orderCandidates(prices, 'LARGE', () => false))).toEqual(['b', 'a']);
  });

  it('is an order of all that fit, and as given between equals', () => {
    fc.assert(
      fc.property(anyModels, tiers, fc.func(fc.boolean()), (fits, tier, isFailing) => {
        const ordered = orderCandidates(fits, tier ?? 'LARGE', isFailing);
        expect(new Set(ordered)).toEqual(new Set(fits));
        expect(ordered).toHaveLength(fits.length);
        const alike = fits.map((model) => ({ ...model, tier, pricePerMillion: null }));
        expect(orderCandidates(alike, 'SMALL', () => false)).toEqual(alike);
      }),
    );
  });
});

describe('why nothing fits', () => {
  function failureOf(models: readonly ServedModel[], needed: CandidateNeed) {
    return nothingFits(fittingCandidates(models, needed), needed);
  }

  it('is the prompt when no window is long enough, and the largest one is told', () => {
    const models = [4_096, 8_192].map((contextTokens) =>
      served(`m${contextTokens}`, { contextTokens }),
    );
    expect(failureOf(models, need({ inputTokens: 9_000, maxTokens: 50 }))).toMatchObject({
      code: 'PROMPT_TOO_LONG',
      retryable: false,
      message:
        'The prompt may take 9900 tokens with its history and system text, and its answer 50: the largest window of the models that may answer has 8192.',
    });
  });

  it('is the answer when only that is too long', () => {
    const models = [
      served('short', { contextTokens: 1_000 }),
      served('wide', { contextTokens: 100_000, maxOutputTokens: 4_096 }),
    ];
    expect(failureOf(models, need({ inputTokens: 5_000, maxTokens: 8_000 }))).toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: 'No model that may answer gives 8000 tokens: lower maxTokens to 4096.',
    });
  });

  it('is an ability that no model has', () => {
    const models = [served('m', { abilities: new Set(), contextTokens: 1 })];
    expect(failureOf(models, need({ abilities: ['SYSTEM', 'JSON_SCHEMA'] }))).toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: 'No model that may answer takes a system text and a JSON Schema as response format.',
    });
  });

  it('is told for whatever does not fit, in finite numbers and without the name of a model', () => {
    const needy = fc.tuple(anyModels, anyNeed);
    fc.assert(
      fc.property(needy, ([models, needed]) => {
        const renamed = models.map((model, at) => ({ ...model, model: `secret-${at}` }));
        fc.pre(fittingCandidates(renamed, needed).fits.length === 0);
        expect(failureOf(renamed, needed).message).not.toMatch(/secret|Infinity|NaN|null/);
      }),
    );
  });
});
