import { describe, expect, it } from 'vitest';
import { byComplexity } from '../../../src/router/by-complexity.ts';
import { sampleRequest } from '../../support/sample-request.ts';

function chooseFor(prompt: string, user = 'somebody', abTestRatio = 0.5) {
  return byComplexity({ abTestRatio: () => abTestRatio })({
    tenant: 'acme',
    request: sampleRequest({ prompt }),
    unit: { key: user, lasting: true },
    inputTokens: 10,
  });
}

const SIMPLE = 'What is the capital of France?';
const COMPLEX =
  'Prove that every bounded monotone sequence converges, then write a Python function that finds the limit numerically, compare two stopping rules and analyse their error.';
/** No signal, in a language that the rule does not read. */
const MEDIUM = 'Kerro minulle kanoista';

describe('routing by complexity', () => {
  it('asks the small model what looks simple, and the large one what looks complex', async () => {
    expect(await chooseFor(SIMPLE)).toMatchObject({
      ...{ complexity: 'SIMPLE', tier: 'SMALL', chosenBy: 'complexity', propensity: 1 },
      expected: null,
      reason: expect.stringMatching(/^The prompt looks simple \(.+\): the small model answers\.$/),
    });
    expect(await chooseFor(COMPLEX)).toMatchObject({
      ...{ complexity: 'COMPLEX', tier: 'LARGE', propensity: 1 },
      reason: expect.stringMatching(/^The prompt looks complex \(.+\): the large model answers\.$/),
    });
  });

  it('splits what is neither, and tells how probable each side was', async () => {
    const choices = await Promise.all(
      Array.from({ length: 400 }, (_, user) => chooseFor(MEDIUM, `user ${user}`, 0.3)),
    );
    expect(new Set(choices.map(({ complexity }) => complexity))).toEqual(new Set(['MEDIUM']));
    const small = choices.filter(({ tier }) => tier === 'SMALL');
    expect(small.length / choices.length).toBeCloseTo(0.3, 1);
    expect(small[0]).toMatchObject({ chosenBy: 'ratio', propensity: 0.3 });
    const large = choices.find(({ tier }) => tier === 'LARGE');
    expect(large?.propensity).toBeCloseTo(0.7);
    expect(large?.reason).toContain('by a split that gives 30 % to the small one');
  });

  it('keeps who is on the small side there while its share grows', async () => {
    const smallAt = async (ratio: number) => {
      const users = Array.from({ length: 300 }, (_, user) => `user ${user}`);
      const tiers = await Promise.all(
        users.map(async (user) => (await chooseFor(MEDIUM, user, ratio)).tier),
      );
      return users.filter((_, index) => tiers[index] === 'SMALL');
    };
    const [before, after] = [await smallAt(0.3), new Set(await smallAt(0.5))];
    expect(after.size).toBeGreaterThan(before.length);
    expect(before.every((user) => after.has(user))).toBe(true);
  });
});
