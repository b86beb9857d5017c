import { describe, expect, it } from 'vitest';
import { createBucket } from '../../../src/telemetry/bucket.ts';
import { parseBucket } from '../../../src/telemetry/stored-bucket.ts';
import { sampleAssignment } from '../../support/sample-arm.ts';
import { sampleRating, sampleRecord } from '../../support/sample-record.ts';

/** As the first version stored it, which counted neither ratings nor arms. */
const first =
  '{"requests":1,"cacheOutcomes":{"MISS":1},"refusals":{},"complexity":{},"savedUsd":0,"savedTokens":0,' +
  '"hitLatency":{"sum":0,"max":0,"zeros":0,"keys":[],"counts":[]},' +
  '"overhead":{"sum":1,"max":1,"zeros":0,"keys":[0],"counts":[1]},' +
  '"models":[{"model":"large-model","requests":1,"failures":0,"inputTokens":100,"outputTokens":20,"costUsd":0.25,' +
  '"firstToken":{"sum":40,"max":40,"zeros":0,"keys":[184],"counts":[1]},' +
  '"total":{"sum":200,"max":200,"zeros":0,"keys":[264],"counts":[1]}}]}';

describe('a stored bucket', () => {
  it('is read as it was written', () => {
    const bucket = createBucket();
    const assignments = [sampleAssignment()];
    bucket.add(sampleRecord({ cacheOutcome: 'MISS', refusal: 'UNIT', assignments }));
    bucket.rate(sampleRating({ assignments }));
    bucket.rate(sampleRating({ verdict: 'WRONG_CACHE_HIT' }));
    expect(parseBucket(JSON.stringify(bucket.state()))).toEqual(bucket.state());
  });

  it('is read from before there were ratings, and goes on counting', () => {
    const state = parseBucket(first);
    expect(state).toMatchObject({ requests: 1, ratings: 0, wrongHits: 0 });
    const bucket = createBucket();
    if (state !== null) bucket.merge(state);
    bucket.rate(sampleRating());
    expect(bucket.summary()).toMatchObject({
      requests: 1,
      wrongHits: 0,
      models: [{ model: 'large-model', requests: 1, ratings: 1, goodRatings: 1 }],
    });
  });

  it('is read from before there were arms, and goes on counting', () => {
    const state = parseBucket(first);
    const bucket = createBucket();
    if (state !== null) bucket.merge(state);
    expect(bucket.summary()).toMatchObject({ requests: 1, arms: [] });
    bucket.add(sampleRecord({ assignments: [sampleAssignment()] }));
    expect(bucket.summary()).toMatchObject({ requests: 2, arms: [{ cells: [{ requests: 1 }] }] });
  });

  it.each([
    { experiment: 'routing', run: '1', cells: [] },
    { experiment: 'routing', run: '1', arm: 'a', cells: [{ cell: 1 }] },
    { experiment: 'routing', run: '1', arm: 'a', cells: [null] },
  ])('is none with an arm of %j', (arm) => {
    expect(parseBucket(first.replace('"models"', '"arms":[],"models"'))).not.toBeNull();
    const arms = `"arms":[${JSON.stringify(arm)}],"models"`;
    expect(parseBucket(first.replace('"models"', arms))).toBeNull();
  });

  it.each(['', '{}', 'null', '[]', first.slice(0, -1)])('is none: %j', (stored) => {
    expect(parseBucket(stored)).toBeNull();
  });
});
