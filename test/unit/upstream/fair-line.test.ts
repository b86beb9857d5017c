import { describe, expect, it } from 'vitest';
import { createFairLine } from '../../../src/upstream/fair-line.ts';

describe('a fair line', () => {
  it('serves the tenants in turn, and each tenant’s own as they came', () => {
    const line = lineOf('a1', 'a2', 'a3', 'b1', 'c1', 'c2');
    expect(line.size()).toBe(6);
    expect(takeAll(line)).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3']);
    expect(line.size()).toBe(0);
  });

  it('lets a tenant that comes anew stand behind those that wait', () => {
    const line = lineOf('a1', 'b1', 'b2');
    expect([line.takeFirst(), line.takeFirst()]).toEqual(['a1', 'b1']);
    line.join('a', 'a2');
    expect(takeAll(line)).toEqual(['b2', 'a2']);
  });

  it('closes up when somebody leaves, and forgets a tenant of whom nobody is left', () => {
    const line = lineOf('a1', 'a2', 'a3', 'b1');
    line.leave('a', 'a2');
    line.leave('b', 'b1');
    expect(line.size()).toBe(2);
    expect(takeAll(line)).toEqual(['a1', 'a3']);
  });

  it('does not mind who leaves without having stood in it', () => {
    const line = lineOf('a1');
    line.leave('a', 'a0');
    line.leave('b', 'b1');
    expect(line.size()).toBe(1);
    expect(takeAll(line)).toEqual(['a1']);
  });

  it.each([
    ['the newest of the tenant with most', ['a1', 'a2', 'b1'], 'b', 'a2'],
    ['the one that arrives, when its tenant has most', ['a1', 'b1', 'b2'], 'b', 'b2'],
    ['the one that arrives, when those behind have no more', ['a1', 'a2', 'b1', 'b2'], 'a', 'a2'],
    ['the one that arrives, when those before have no more', ['a1', 'a2', 'b1', 'b2'], 'b', 'b2'],
    ['nobody of an empty line', [], 'a', null],
  ])('sends away %s', (_whom, waiters, arriving, sentAway) => {
    const line = lineOf(...waiters);
    expect(line.takeLast(arriving)).toBe(sentAway);
    expect(takeAll(line).toSorted()).toEqual(waiters.filter((waiter) => waiter !== sentAway));
  });
});

/** Of waiters who are named after their tenant and the order in which they came. */
function lineOf(...waiters: readonly string[]) {
  const line = createFairLine<string>();
  for (const waiter of waiters) line.join(waiter.charAt(0), waiter);
  return line;
}

function takeAll(line: ReturnType<typeof lineOf>): string[] {
  const taken: string[] = [];
  for (let waiter = line.takeFirst(); waiter !== null; waiter = line.takeFirst()) {
    taken.push(waiter);
  }
  return taken;
}
