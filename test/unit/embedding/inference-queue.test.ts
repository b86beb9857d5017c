import { describe, expect, it } from 'vitest';
import { inferenceQueue } from '../../../src/embedding/inference-queue.ts';

/** A row of so many tokens; its call names it. */
function row(call: string, length: number, model = 'encoder') {
  const ids = new Array<number>(length).fill(1);
  return { model, call, place: 0, tokens: { ids, first: length } };
}

function queueOf(...rows: ReturnType<typeof row>[]) {
  const queue = inferenceQueue<string, string>();
  queue.add(rows);
  return { ...queue, calls: () => queue.next().map(({ call }) => call) };
}

describe('the queue of rows', () => {
  it('is empty at first, and after all were taken', () => {
    expect(queueOf().calls()).toEqual([]);
    const queue = queueOf(row('a', 8));
    expect(queue.calls()).toEqual(['a']);
    expect(queue.calls()).toEqual([]);
  });

  it('gives the oldest first, and with it those of the same length', () => {
    const queue = queueOf(row('a', 8), row('b', 9), row('c', 8), row('d', 9), row('e', 7));
    expect(queue.calls()).toEqual(['a', 'c']);
    expect(queue.calls()).toEqual(['b', 'd']);
    expect(queue.calls()).toEqual(['e']);
  });

  it('keeps models apart', () => {
    const queue = queueOf(row('a', 8), row('b', 8, 'pairs'), row('c', 8));
    expect(queue.calls()).toEqual(['a', 'c']);
    expect(queue.calls()).toEqual(['b']);
  });

  it('puts no more tokens together than are won by it', () => {
    const queue = queueOf(...Array.from({ length: 20 }, (_, at) => row(`${at}`, 16)));
    expect(queue.calls()).toHaveLength(8);
    expect(queue.calls()).toHaveLength(8);
    expect(queue.calls()).toEqual(['16', '17', '18', '19']);
  });

  it('gives long rows one by one', () => {
    const queue = queueOf(row('a', 500), row('b', 500));
    expect(queue.calls()).toEqual(['a']);
    expect(queue.calls()).toEqual(['b']);
  });

  it('forgets a call that was dropped', () => {
    const queue = queueOf(row('a', 8), row('b', 8), row('a', 9));
    queue.drop('a');
    expect(queue.calls()).toEqual(['b']);
    expect(queue.calls()).toEqual([]);
  });
});
