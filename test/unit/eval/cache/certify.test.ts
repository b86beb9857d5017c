import { describe, expect, test } from 'vitest';
import { upperBound } from '../../../../eval/cache/binomial.ts';
import { certify } from '../../../../eval/cache/certify.ts';

describe('the exact upper bound on a share', () => {
  // Quantiles of the beta distribution, by scipy.
  test.each([
    [0, 25, 0.1129],
    [0, 299, 0.00997],
    [1, 100, 0.0466],
    [5, 50, 0.1988],
  ])('%i of %i is at most %f', (wrong, all, bound) => {
    expect(upperBound(wrong, all, 0.95)).toBeCloseTo(bound, 4);
  });

  test('says nothing of nothing', () => {
    expect(upperBound(0, 0, 0.95)).toBe(1);
  });
});

describe('a certified threshold', () => {
  const options = { maxErrorRate: 0.01, level: 0.95, atLeast: 0 };

  test('is the lowest one that keeps to the rate', () => {
    const served = [...hits(600, true), ...hits(400, false, 600)];

    const certified = certify(served, options);

    expect(certified).toMatchObject({ matches: 1_000, hits: 599, wrongHits: 0 });
    expect(certified?.threshold).toBeCloseTo(served[598]?.confidence ?? 0);
    expect(certified?.upperBound).toBeLessThan(0.01);
  });

  test('needs as many hits as could show an error at all', () => {
    expect(certify(hits(298, true), options)).toBeNull();
    expect(certify(hits(299, true), options)).toMatchObject({ hits: 299, wrongHits: 0 });
  });

  test('does not look below a threshold that fails, however well it would go on', () => {
    const served = [...hits(300, true), ...hits(8, false, 300), ...hits(5_000, true, 308)];

    expect(certify(served, options)?.hits).toBe(299);
  });

  test('is not lower than allowed', () => {
    const served = hits(1_000, true);
    const atLeast = served[499]?.confidence ?? 0;

    expect(certify(served, { ...options, atLeast })?.hits).toBe(499);
  });
});

/** In the order of falling confidence, from the `from`-th place on. */
function hits(count: number, right: boolean, from = 0) {
  return Array.from({ length: count }, (_, at) => ({
    right,
    confidence: 1 / (1 + (from + at) / 1e4),
  }));
}
