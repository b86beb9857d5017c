import { describe, expect, test } from 'vitest';
import { outcomeSchema, splitExplored } from '../../../../eval/router/outcomes.ts';

describe('the exploration traffic', () => {
  const rows = Array.from({ length: 250 }, (_, at) => at);

  test('is a tenth of the rows, none of which is scored', () => {
    const { explored, scored } = splitExplored(rows, 1);

    expect(explored).toHaveLength(25);
    expect([...explored, ...scored].sort((one, other) => one - other)).toEqual(rows);
  });

  test('is the same for the same seed, and another for another', () => {
    expect(splitExplored(rows, 1)).toEqual(splitExplored(rows, 1));
    expect(splitExplored(rows, 2).explored).not.toEqual(splitExplored(rows, 1).explored);
  });
});

test('an outcome has qualities from 0 to 1', () => {
  const outcome = { source: 's', domain: 'd', prompt: 'p', small: 0.5, large: 1 };

  expect(outcomeSchema.parse(outcome)).toEqual(outcome);
  expect(outcomeSchema.safeParse({ ...outcome, large: 1.5 }).success).toBe(false);
  expect(outcomeSchema.safeParse({ ...outcome, prompt: '' }).success).toBe(false);
});
