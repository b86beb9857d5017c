import { describe, expect, test } from 'vitest';
import {
  type ConfidenceModel,
  confidenceOf,
  thresholdFor,
} from '../../../../src/cache/semantic/confidence.ts';

const model: ConfidenceModel = {
  version: 'test',
  encoder: 'encoder/',
  pairModel: 'pairs/',
  intercept: -2,
  weights: { logOdds: 1, similarity: 3 },
  sameForm: 0.999,
  thresholds: [certified(0.01, 0.99), certified(0.05, 0.9)],
  mix: 'a test',
  confidenceLevel: 0.95,
};

describe('confidence', () => {
  test('is the logistic function of the weighted evidence', () => {
    expect(confidenceOf(model, { logOdds: 2, similarity: 0 })).toBe(0.5);
    expect(confidenceOf(model, { logOdds: 2, similarity: 1 })).toBeCloseTo(0.9526, 4);
  });
});

describe('the threshold for an error rate', () => {
  test.each([
    [0.01, 0.99],
    [0.03, 0.99],
    [0.05, 0.9],
    [1, 0.9],
  ])('%f is served from %f on', (maxErrorRate, threshold) => {
    expect(thresholdFor(model, maxErrorRate)?.threshold).toBe(threshold);
  });

  test('nothing is served at a rate that is lower than any certified one', () => {
    expect(thresholdFor(model, 0.005)).toBeNull();
  });
});

function certified(maxErrorRate: number, threshold: number) {
  return { maxErrorRate, threshold, matches: 1_000, hits: 500, wrongHits: 0, upperBound: 0.006 };
}
