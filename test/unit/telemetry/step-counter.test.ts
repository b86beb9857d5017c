import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stepCounter } from '../../../src/telemetry/step-counter.ts';

function counterOf(times: readonly number[]) {
  const counter = stepCounter();
  for (const step of times) counter.add(step);
  return counter;
}

describe('counted steps', () => {
  it('are those that counted something, in rising order, each with how often', () => {
    expect(counterOf([7, 0, 192, 7, 3, 7]).state()).toEqual({
      steps: [0, 3, 7, 192],
      counts: [1, 1, 3, 1],
    });
  });

  it('are the same merged as counted in one, in any order', () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(times, times, (some, others) => {
        const merged = counterOf(some);
        merged.merge(counterOf(others).state());
        expect(merged.state()).toEqual(counterOf([...others, ...some]).state());
      }),
    );
  });

  it('do not change what was told of them before, nor what they were merged from', () => {
    const other = counterOf([1, 2]);
    const merged = stepCounter();
    merged.merge(other.state());
    const before = merged.state();
    merged.add(1);
    merged.add(0);
    expect(before).toEqual({ steps: [1, 2], counts: [1, 1] });
    expect(other.state()).toEqual(before);
  });
});
