import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExperimentAssignment } from '../../../src/router/port.ts';
import { type ArmCounters, armCounters } from '../../../src/telemetry/arm-counters.ts';
import { type ArmState, CELLS } from '../../../src/telemetry/arm-state.ts';
import type { Rating, RequestRecord } from '../../../src/telemetry/statistics.ts';
import { armOf, cellOf, sampleAssignment } from '../../support/sample-arm.ts';
import { sampleRating, sampleRecord } from '../../support/sample-record.ts';

/** Experiments that are kept. */
const KEPT = 16;

type Counted = { readonly record: RequestRecord } | { readonly rating: Rating };

function countersOf(counted: readonly Counted[]) {
  const counters = armCounters();
  for (const each of counted) {
    if ('record' in each) counters.add(each.record);
    else counters.rate(each.rating);
  }
  return counters;
}

function request(assignment: ExperimentAssignment): Counted {
  return { record: sampleRecord({ assignments: [assignment] }) };
}

/** One request in each arm of the experiments from number `first` up to `last`. */
function inExperiments(first: number, last: number): readonly Counted[] {
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  return numbers.flatMap((experiment) =>
    ['control', 'treatment'].map((arm) => request(sampleAssignment({ experiment, arm }))),
  );
}

/** The arms that are told, in their order. */
function namesOf(counters: ArmCounters): readonly string[] {
  return counters.states().map(({ experiment, arm }) => `${experiment} ${arm}`);
}

function namesIn(first: number, last: number): readonly string[] {
  return namesOf(countersOf(inExperiments(first, last)));
}

function sorted(states: readonly ArmState[]): readonly ArmState[] {
  const key = ({ experiment, run, arm }: ArmState) => JSON.stringify([experiment, run, arm]);
  return states.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('counted arms', () => {
  it('are the same however what counted them is split, merged and stored', () => {
    fc.assert(
      fc.property(portions, fc.gen(), (parts, generate) => {
        const merged = armCounters();
        for (const part of generate(fc.shuffledSubarray, parts, { minLength: parts.length })) {
          const stored = JSON.stringify(countersOf(part).states());
          merged.merge(JSON.parse(stored) as readonly ArmState[]);
        }
        expect(sorted(merged.states())).toEqual(sorted(countersOf(parts.flat()).states()));
      }),
      { numRuns: 300 },
    );
  });

  it('tell their cells and steps in the order of their numbers', () => {
    const counters = armCounters();
    for (const cell of [63, 0, 10, 9]) {
      for (const firstTokenMs of [900, 2, 70]) {
        const assignments = [sampleAssignment({ cell })];
        counters.add(sampleRecord({ assignments, firstTokenMs }));
      }
    }
    const [arm] = counters.states();
    expect(arm?.cells.map(({ cell }) => cell)).toEqual([0, 9, 10, 63]);
    for (const { firstTextSteps } of arm?.cells ?? []) {
      expect(firstTextSteps).toEqual(firstTextSteps.toSorted((a, b) => a - b));
      expect(firstTextSteps).toHaveLength(3);
    }
  });

  it('hold states that later requests and ratings do not change', () => {
    const assignments = [sampleAssignment()];
    const counters = countersOf(assignments.map(request));
    const states = counters.states();
    const before = structuredClone(states);
    counters.add(sampleRecord({ assignments, firstTokenMs: 3 }));
    counters.rate(sampleRating({ assignments }));
    counters.merge(states);
    expect(states).toEqual(before);
  });

  it('are apart where names could run into one another', () => {
    const odd = ['', '1', '"', '",', '__proto__', '["a"]', 'a:b', 'a'];
    const places = odd.flatMap((experiment) =>
      ['', '__proto__'].map((arm) => sampleAssignment({ experiment, arm })),
    );
    const found = countersOf(places.map(request)).states();
    expect(found).toHaveLength(places.length);
    for (const place of places) expect(cellOf(found, place)).toMatchObject({ requests: 1 });
  });
});

describe('experiments beyond those that are kept', () => {
  it('push out the one that has counted nothing for longest, with both of its arms', () => {
    expect(namesIn(1, KEPT)).toHaveLength(2 * KEPT);
    expect(namesIn(1, KEPT + 3)).toEqual(namesIn(4, KEPT + 3));
  });

  it('do not push out one that goes on counting, though it began first', () => {
    const first = sampleAssignment({ experiment: 'long' });
    const counted = inExperiments(1, 3 * KEPT).flatMap((each) => [request(first), each]);
    const states = countersOf(counted).states();
    expect(cellOf(states, first)).toMatchObject({ requests: counted.length / 2 });
    expect(new Set(states.map(({ experiment }) => experiment)).size).toBe(KEPT);
  });

  it('do the same when they are merged: what a portion counts is later than the total', () => {
    const total = countersOf(inExperiments(1, KEPT));
    total.merge(countersOf(inExperiments(1, 1)).states());
    total.merge(countersOf(inExperiments(KEPT + 1, KEPT + 2)).states());
    expect(namesOf(total)).toEqual([
      ...namesIn(4, KEPT),
      ...namesIn(1, 1),
      ...namesIn(KEPT + 1, KEPT + 2),
    ]);
    const stored = armCounters();
    stored.merge(total.states());
    expect(stored.states()).toEqual(total.states());
  });

  it('leave nothing behind: one that counts again begins anew', () => {
    const counters = countersOf(inExperiments(1, KEPT + 1));
    const back = sampleAssignment({ experiment: '1' });
    expect(armOf(counters.states(), back)).toBeUndefined();
    counters.rate(sampleRating({ assignments: [back] }));
    expect(cellOf(counters.states(), back)).toMatchObject({ requests: 0, ratings: 1 });
  });
});

const assignment: fc.Arbitrary<ExperimentAssignment> = fc.record({
  experiment: fc.constantFrom('routing', 'glossary'),
  run: fc.constantFrom('9', '10', '11'),
  arm: fc.constantFrom('control', 'treatment'),
  cell: fc.constantFrom(0, 1, CELLS - 1),
});

const assignments = fc.uniqueArray(assignment, {
  maxLength: 2,
  selector: ({ experiment }) => experiment,
});

/** Costs that add up exactly in any order. */
const costUsd = fc.option(fc.constantFrom(0, 0.25, 3));

const record = fc
  .record({
    assignments,
    costUsd,
    status: fc.constantFrom('FINISHED' as const, 'FAILED' as const),
    failure: fc.constantFrom(null, 'UPSTREAM_TIMEOUT' as const),
    firstTokenMs: fc.option(fc.double({ min: 0, max: 60_000, noNaN: true })),
  })
  .map((changes) => ({ record: sampleRecord(changes) }));

const rating = fc
  .record({ assignments, verdict: fc.constantFrom('GOOD' as const, 'BAD' as const) })
  .map((changes) => ({ rating: sampleRating(changes) }));

const portions = fc.array(fc.array(fc.oneof(record, rating), { maxLength: 8 }), { maxLength: 6 });
