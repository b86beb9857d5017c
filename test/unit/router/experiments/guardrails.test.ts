import { describe, expect, it } from 'vitest';
import { judgeGuardrails } from '../../../../src/router/experiments/guardrails.ts';
import type { Guardrails } from '../../../../src/router/experiments/port.ts';
import { type ArmState, firstTextStep } from '../../../../src/telemetry/arm-state.ts';
import { countedArm } from '../../../support/counted-arm.ts';

const UNWATCHED: Guardrails = { errorRate: null, firstTextP95: null, cost: null, rating: null };
const STRICT: Guardrails = { errorRate: 0, firstTextP95: 0, cost: 0, rating: 0 };

/** Requests of a few users each in so many cells, with so many failures in each. */
function failing(cells: number, requests: number, failures: number): ArmState {
  return countedArm(cells, () => ({ requests, failures }));
}

describe('the judgement on a treatment', () => {
  it('is that all is fine while nothing is counted', () => {
    const nothing = countedArm(0, () => ({}));
    const { verdict, reason, guardrails } = judgeGuardrails(STRICT, nothing, nothing);
    expect({ verdict, reason }).toEqual({ verdict: 'fine', reason: null });
    expect(guardrails).toEqual(
      ['errorRate', 'firstTextP95', 'cost', 'rating'].map((name) => ({
        name,
        control: { value: null, count: 0 },
        treatment: { value: null, count: 0 },
        tolerance: 0,
        worseByAtLeast: null,
        harmed: false,
      })),
    );
  });

  it('is on what is watched, and on nothing else', () => {
    const watched = { ...UNWATCHED, cost: 0.1 };
    const judgement = judgeGuardrails(watched, failing(64, 50, 0), failing(64, 50, 50));
    expect(judgement).toMatchObject({ verdict: 'fine', guardrails: [{ name: 'cost' }] });
    expect(judgement.guardrails).toHaveLength(1);
  });

  it('is harm once thirty requests of ten cells fail, and none of as many others', () => {
    const judgement = judgeGuardrails(STRICT, failing(10, 3, 0), failing(10, 3, 3));
    expect(judgement).toMatchObject({
      verdict: 'harm',
      reason: expect.stringMatching(
        /^Errors: 100\.0 % of 30 requests failed against 0\.0 % of 30; the difference is at least \d\d\.\d points\.$/,
      ),
    });
  });

  it('is not harm for one user, however often he fails', () => {
    const control = failing(20, 10, 0);
    const treatment = countedArm(20, (cell) => ({
      requests: cell === 3 ? 5_000 : 10,
      failures: cell === 3 ? 5_000 : 0,
    }));
    expect(judgeGuardrails(STRICT, control, treatment).verdict).toBe('fine');
  });

  it('is not hidden by one user who asks more often than all others', () => {
    const control = failing(20, 10, 0);
    const treatment = countedArm(20, (cell) => ({
      requests: cell === 3 ? 5_000 : 10,
      failures: cell === 3 ? 0 : 10,
    }));
    expect(judgeGuardrails(STRICT, control, treatment).verdict).toBe('harm');
  });

  it('is not harm within the tolerance, and says what is known', () => {
    const control = countedArm(64, (cell) => ({ requests: 100, failures: cell % 3 }));
    const treatment = countedArm(64, (cell) => ({ requests: 100, failures: 5 + (cell % 3) }));
    const found = (errorRate: number) =>
      judgeGuardrails({ ...UNWATCHED, errorRate }, control, treatment).guardrails[0];
    expect(found(0.05)).toMatchObject({ harmed: false, tolerance: 0.05 });
    expect(found(0.02)).toMatchObject({ harmed: true, tolerance: 0.02 });
    expect(found(0.05)?.worseByAtLeast).toBeCloseTo(found(0.02)?.worseByAtLeast ?? 0, 4);
    expect(found(0.05)?.worseByAtLeast).toBeLessThan(0.05);
  });

  it('names what is tolerated', () => {
    const watched = { ...UNWATCHED, errorRate: 0.025 };
    const { reason } = judgeGuardrails(watched, failing(64, 100, 1), failing(64, 100, 31));
    expect(reason).toMatch(/at least 2\d\.\d points \(tolerated: 2\.5 points\)\.$/);
  });

  it('tells that a treatment is better, as far as it is sure', () => {
    const judgement = judgeGuardrails(STRICT, failing(64, 100, 30), failing(64, 100, 10));
    expect(judgement).toMatchObject({ verdict: 'fine', reason: null });
    expect(judgement.guardrails[0]?.worseByAtLeast).toBeGreaterThan(-0.5);
    expect(judgement.guardrails[0]?.worseByAtLeast).toBeLessThan(-0.2);
  });

  it('has a sentence for each guardrail that is harmed', () => {
    const arm = (times: number) =>
      countedArm(64, (cell) => ({
        ...{ requests: 20, priced: 20, costUsd: times * (0.02 + 0.001 * (cell % 5)) },
        ...{ ratings: 20, goodRatings: 18 - 4 * times - (cell % 3) },
        ...{ firstTextSteps: [firstTextStep(times * 500)], firstTextCounts: [20] },
      }));
    const { reason } = judgeGuardrails(STRICT, arm(1), arm(2));
    const [firstText, cost, rating, ...others] = (reason ?? '').split(
      /(?<=at least [\d.]+ (?:%|points)\.) /,
    );
    expect(firstText).toMatch(
      /^First text: 95 % of 1,280 answers began within [\d,]+ ms against [\d,]+ ms of 1,280; the difference is at least [\d.]+ %\.$/,
    );
    expect(cost).toMatch(
      /^Cost: a request cost 0\.00220 USD in the mean of 1,280 against 0\.00110 USD of 1,280; the difference is at least [\d.]+ %\.$/,
    );
    expect(rating).toMatch(
      /^Rating: 45\.\d % of 1,280 ratings were good against 65\.\d % of 1,280; the difference is at least [\d.]+ points\.$/,
    );
    expect(others).toEqual([]);
  });

  it('does not find harm in the rounding of costs that are all alike', () => {
    const arm = (cost: number, requests: number) =>
      countedArm(64, (cell) => {
        const priced = requests + (cell % 11);
        return {
          priced,
          costUsd: Array(priced)
            .fill(cost)
            .reduce((sum, each) => sum + each, 0),
        };
      });
    const alike = judgeGuardrails({ ...UNWATCHED, cost: 0 }, arm(0.1, 17), arm(0.1, 23));
    const dearer = judgeGuardrails({ ...UNWATCHED, cost: 0.2 }, arm(0.1, 17), arm(0.12, 23));
    expect([alike.verdict, dearer.verdict]).toEqual(['fine', 'fine']);
  });
});
