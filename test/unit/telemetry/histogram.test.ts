import { describe, expect, it } from 'vitest';
import { latencyHistogram } from '../../../src/telemetry/histogram.ts';

function histogramOf(values: readonly number[]) {
  const histogram = latencyHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe('a latency histogram', () => {
  it('merges durations around 1 ms, where the bucket keys change sign', () => {
    const below = histogramOf([0.003, 0.003]);
    below.merge(histogramOf([0.08, 1, 1]).state());
    const { count, p50Ms, p95Ms, maxMs } = below.summary();
    expect({ count, maxMs }).toEqual({ count: 5, maxMs: 1 });
    expect(p50Ms).toBeCloseTo(0.08, 2);
    expect(p95Ms).toBeCloseTo(1, 1);
    expect(below.state().counts).toEqual([2, 1, 2]);
  });

  it('never reports a percentile above the longest duration', () => {
    for (let value = 1; value < 2_000; value *= 1.013) {
      const { p99Ms, maxMs } = histogramOf([value]).summary();
      expect(p99Ms).toBeLessThanOrEqual(maxMs ?? Number.NaN);
    }
  });

  it('keeps only the buckets that counted something', () => {
    const { keys, counts } = histogramOf([0.001, 1, 1, 86_400_000]).state();
    expect(keys).toHaveLength(3);
    expect(counts).toEqual([1, 2, 1]);
  });

  it('takes what is shorter than a microsecond for zero, and a clock that went back as well', () => {
    const { zeros, keys } = histogramOf([0, 0.0001, -5]).state();
    expect({ zeros, keys }).toEqual({ zeros: 3, keys: [] });
  });
});
