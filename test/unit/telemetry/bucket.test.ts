import { describe, expect, it } from 'vitest';
import { type BucketState, countedIn, createBucket } from '../../../src/telemetry/bucket.ts';
import type { RequestRecord } from '../../../src/telemetry/statistics.ts';
import { sampleRating, sampleRecord } from '../../support/sample-record.ts';

const records: readonly RequestRecord[] = [
  sampleRecord({ totalMs: 0.4, complexity: 'SIMPLE' }),
  sampleRecord({ cacheOutcome: 'EXACT', model: null, totalMs: 1, savedUsd: 2 }),
  sampleRecord({ refusal: 'UNIT', fallbacks: [{ model: 'b', code: 'UPSTREAM_TIMEOUT' }] }),
  sampleRecord({ status: 'FAILED', failure: 'UPSTREAM_REJECTED', totalMs: 70_000 }),
];

function bucketOf(some: readonly RequestRecord[]) {
  const bucket = createBucket();
  for (const record of some) {
    bucket.add(record);
    bucket.rate(
      sampleRating({ verdict: record.cacheOutcome === 'MISS' ? 'GOOD' : 'WRONG_CACHE_HIT' }),
    );
  }
  return bucket;
}

describe('a bucket', () => {
  it('is the same after a journey through JSON', () => {
    const bucket = bucketOf(records);
    const travelled = createBucket();
    travelled.merge(JSON.parse(JSON.stringify(bucket.state())) as BucketState);
    expect(travelled.summary()).toEqual(bucket.summary());
    expect(travelled.state()).toEqual(bucket.state());
  });

  it('summarises the same whether its requests were counted in one bucket or merged from two', () => {
    const merged = bucketOf(records.slice(0, 2));
    merged.merge(bucketOf(records.slice(2)).state());
    expect(merged.summary()).toEqual(bucketOf(records).summary());
  });

  it('may be merged in any order', () => {
    const forward = createBucket();
    const backward = createBucket();
    for (const record of records) forward.merge(bucketOf([record]).state());
    for (const record of records.toReversed()) backward.merge(bucketOf([record]).state());
    const { models, ...counts } = backward.summary();
    expect(forward.summary()).toMatchObject(counts);
    expect(new Set(forward.summary().models)).toEqual(new Set(models));
  });

  it('holds a state that later requests do not change', () => {
    const bucket = bucketOf(records);
    const state = bucket.state();
    const before = structuredClone(state);
    bucket.add(sampleRecord({ totalMs: 5, complexity: 'MEDIUM', refusal: 'OTHER' }));
    bucket.rate(sampleRating());
    bucket.rate(sampleRating({ verdict: 'WRONG_CACHE_HIT' }));
    expect(state).toEqual(before);
  });

  it('has counted more with each request and each rating', () => {
    const bucket = createBucket();
    expect(countedIn(bucket.state())).toBe(0);
    bucket.add(sampleRecord());
    bucket.rate(sampleRating());
    bucket.rate(sampleRating({ verdict: 'WRONG_CACHE_HIT', model: null }));
    expect(countedIn(bucket.state())).toBe(3);
  });

  it('is unchanged by the merge of an empty one', () => {
    const bucket = bucketOf(records);
    bucket.merge(createBucket().state());
    expect(bucket.summary()).toEqual(bucketOf(records).summary());
  });
});
