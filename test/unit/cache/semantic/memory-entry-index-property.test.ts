import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEntryIndex, towards } from '../../../support/open-entry-index.ts';

const aName = fc.constantFrom('a', 'b');
const aPlace = fc.record({
  ...{ tenant: aName, namespace: aName },
  key: fc.constantFrom('1', '2', '3'),
});
const aStep = fc.record({
  does: fc.constantFrom('add', 'add', 'add', 'remove', 'removeNamespace', 'removeTenant', 'wait'),
  place: aPlace,
  partition: fc.constantFrom('one', 'other'),
  degrees: fc.integer({ min: 0, max: 180 }),
  livesMs: fc.integer({ min: 0, max: 5 }),
});
type Step = typeof aStep extends fc.Arbitrary<infer Value> ? Value : never;

describe('the entry index in memory', () => {
  it('has what was added and neither removed nor expired, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 60 }), (steps) => {
        const opened = openEntryIndex();
        const model = modelOfEntries();
        for (const step of steps) {
          expect(play(opened, step)).toBe(model.play(step));
          for (const partition of ['one', 'other']) {
            const found = opened.index.nearest(partition, towards(0), 100);
            expect(found.map(({ place }) => JSON.stringify(place)).sort()).toEqual(
              model.placesIn(partition),
            );
          }
        }
        const { entries, partitions, bytes } = opened.index.status();
        expect(entries).toBe(model.placesIn('one').length + model.placesIn('other').length);
        expect(partitions === 0).toBe(entries === 0);
        expect(bytes === 0).toBe(entries === 0);
      }),
      { numRuns: 200 },
    );
  });
});

/** What was removed: a number, or whether anything was. */
function play({ index, add, clock }: ReturnType<typeof openEntryIndex>, step: Step) {
  const { does, place, partition, degrees, livesMs } = step;
  if (does === 'add') add({ place, partition, vector: towards(degrees), livesMs });
  if (does === 'wait') clock.advance(livesMs);
  if (does === 'remove') return index.remove(place) ? 1 : 0;
  if (does === 'removeNamespace') return index.removeNamespace(place.tenant, place.namespace);
  if (does === 'removeTenant') return index.removeNamespace(place.tenant, null);
  return 0;
}

const PARTS_TO_MATCH: Readonly<Partial<Record<Step['does'], readonly (keyof Step['place'])[]>>> = {
  remove: ['tenant', 'namespace', 'key'],
  removeNamespace: ['tenant', 'namespace'],
  removeTenant: ['tenant'],
};

function modelOfEntries() {
  const entries = new Map<string, { step: Step; expiresAt: number }>();
  let now = 0;

  function removeWhere(isGone: (step: Step, expiresAt: number) => boolean): number {
    const gone = [...entries].filter(([, { step, expiresAt }]) => isGone(step, expiresAt));
    for (const [key] of gone) entries.delete(key);
    return gone.length;
  }

  function remove({ does, place }: Step): number {
    const parts = PARTS_TO_MATCH[does];
    if (parts === undefined) return 0;
    return removeWhere((other) => parts.every((part) => other.place[part] === place[part]));
  }

  return {
    play(step: Step): number {
      const { does, place, livesMs } = step;
      if (does === 'add') entries.set(JSON.stringify(place), { step, expiresAt: now + livesMs });
      if (does === 'wait') now += livesMs;
      // What has expired is removed when something is looked for, which is after each step.
      removeWhere((_, expiresAt) => expiresAt <= now);
      return remove(step);
    },
    placesIn: (partition: string) =>
      [...entries]
        .filter(([, { step }]) => step.partition === partition)
        .map(([key]) => key)
        .sort(),
  };
}
