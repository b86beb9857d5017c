import { expect, test } from 'vitest';
import { BASELINES } from '../../../../eval/router/baselines.ts';

test.each([
  ['What is the capital of France?', 0],
  ['Compare the capital of France with that of Spain.', 2],
  ['What are the several capitals of France?', 2],
  ['Tell me of the capital of France.', 1],
  ['What is the capital of the country that lies between Spain, Italy and Germany?', 1],
])('the twelve phrases give %j a level of %i', (prompt, level) => {
  const outcome = { source: '', domain: '', prompt, small: 0, large: 0 };

  expect(BASELINES.twelvePhrases(outcome)).toBe(level);
});
