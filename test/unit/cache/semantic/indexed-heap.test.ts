import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexedHeap } from '../../../../src/cache/semantic/indexed-heap.ts';

const anId = fc.integer({ min: 0, max: 40 });
const aRank = fc.integer({ min: -5, max: 50 });
const aStep = fc.oneof(
  { weight: 20, arbitrary: fc.record({ does: fc.constant('set'), id: anId, rank: aRank }) },
  { weight: 9, arbitrary: fc.record({ does: fc.constant('remove'), id: anId, rank: aRank }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('clear'), id: anId, rank: aRank }) },
);
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

describe('the heap', () => {
  it('knows the least rank, whatever is set and removed', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 300 }), (steps) => {
        const heap = indexedHeap();
        const model = new Map<number, number>();
        for (const step of steps) {
          play(step, heap.set, heap.remove, heap.clear);
          play(
            step,
            (id, rank) => model.set(id, rank),
            (id) => model.delete(id),
            () => model.clear(),
          );
          expect(heap.rankOf(step.id)).toBe(model.get(step.id));
          const first = heap.first();
          const least = first === undefined ? Infinity : model.get(first);
          expect(least).toBe(Math.min(...model.values()));
        }
      }),
    );
  });
});

function play(
  { does, id, rank }: Step,
  set: (id: number, rank: number) => void,
  remove: (id: number) => void,
  clear: () => void,
) {
  if (does === 'set') set(id, rank);
  if (does === 'remove') remove(id);
  if (does === 'clear') clear();
}
