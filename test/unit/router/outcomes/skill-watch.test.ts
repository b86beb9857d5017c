import { describe, it } from 'vitest';
import { memoryOutcomeLog } from '../../../../src/router/outcomes/memory-outcome-log.ts';
import type { OutcomeLog } from '../../../../src/router/outcomes/port.ts';
import { createSkillWatch } from '../../../../src/router/outcomes/skill-watch.ts';
import type { Explored } from '../../../../src/router/skill/explored.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { sampleLateSignal, sampleOutcome } from '../../../support/sample-outcome.ts';

const MINUTE = 60_000;

/** One that is told to look, with all that it has measured. */
function openWatch({
  most = 100,
  log = memoryOutcomeLog({ maxEntries: 1_000 }) as OutcomeLog,
} = {}) {
  const clock = fakeClock();
  const { logger, logs } = recordLogs();
  const measured: (readonly Explored[])[] = [];
  let gainModel: string | null = 'v1';
  const watch = createSkillWatch({
    ...{ log, most, clock, logger },
    pair: { small: 'small-model', large: 'large-model' },
    gainModel: () => gainModel,
    silenceIsGood: true,
    everyMs: 1_000_000,
    measure(explored) {
      measured.push(explored);
      const { length } = explored;
      return { explored: length, uplift: 0, low: 0, high: 0, proven: false, statement: '' };
    },
  });
  return {
    ...{ log, clock, watch, measured, logs },
    useModel: (version: string) => {
      gainModel = version;
    },
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}

describe.concurrent('the watch over the skill', () => {
  it('measures what was explored, with its quality', async ({ expect }) => {
    await using opened = openWatch();
    const { log, watch, measured } = opened;
    const small = sampleOutcome({ expectedGain: 0.2, familiarity: 0.7, propensity: 0.25 });
    const large = sampleOutcome({ tier: 'LARGE', expectedGain: -0.1 });
    for (const entry of [small, large]) log.append(entry);
    log.append(sampleLateSignal(small.generationId, { verdict: 'BAD' }));
    log.append(sampleLateSignal(large.generationId, { verdict: 'GOOD' }));
    expect(watch.skill().explored).toBe(0);
    await watch.look();
    expect(measured.at(-1)).toEqual([
      { score: 0.2, familiarity: 0.7, propensity: 0.25, small: 0, large: null },
      { score: -0.1, familiarity: 0.5, propensity: 0.5, small: null, large: 1 },
    ]);
    expect(watch.skill().explored).toBe(2);
  });

  it('leaves out what says nothing of this model for this pair', async ({ expect }) => {
    await using opened = openWatch();
    const { log, watch } = opened;
    const others = [
      sampleOutcome({ chosenBy: 'ratio' }),
      sampleOutcome({ gainModel: 'v0' }),
      sampleOutcome({ gainModel: null, expectedGain: null }),
      sampleOutcome({ pair: { small: 'small-model', large: 'another' } }),
      sampleOutcome({ tier: 'SMALL', model: 'large-model', answeredBy: 'LARGE' }),
      sampleOutcome({ status: 'FAILED', failure: 'UPSTREAM_TIMEOUT' }),
    ];
    for (const entry of others) {
      log.append(entry);
      log.append(sampleLateSignal(entry.generationId));
    }
    await watch.look();
    // That of a failed answer was rated, and counts.
    expect(watch.skill().explored).toBe(1);
  });

  it('reads on, and measures only when something may have changed', async ({ expect }) => {
    await using opened = openWatch();
    const { log, watch, measured, clock } = opened;
    await watch.look();
    expect(measured).toHaveLength(1);
    log.append(sampleOutcome({ at: clock.now() }));
    await watch.look();
    expect(watch.skill().explored).toBe(0);
    // Nobody has said anything for a while.
    clock.advance(6 * MINUTE);
    await watch.look();
    expect(watch.skill().explored).toBe(1);
    const { length } = measured;
    await watch.look();
    expect(measured).toHaveLength(length);
    log.append(sampleOutcome({ at: clock.now() - 6 * MINUTE }));
    await watch.look();
    expect(watch.skill().explored).toBe(2);
  });

  it('keeps the last so many', async ({ expect }) => {
    await using opened = openWatch({ most: 3 });
    const { log, watch, measured, clock } = opened;
    for (let index = 0; index < 500; index += 1) {
      log.append(sampleOutcome({ expectedGain: index / 1_000, at: clock.now() - 6 * MINUTE }));
    }
    await watch.look();
    expect(measured.at(-1)?.map(({ score }) => score)).toEqual([0.497, 0.498, 0.499]);
  });

  it('begins anew with another gain model', async ({ expect }) => {
    await using opened = openWatch();
    const { log, watch, clock, useModel } = opened;
    const at = clock.now() - 6 * MINUTE;
    log.append(sampleOutcome({ at }));
    await watch.look();
    expect(watch.skill().explored).toBe(1);
    useModel('v2');
    await watch.look();
    expect(watch.skill().explored).toBe(0);
    log.append(sampleOutcome({ at, gainModel: 'v2' }));
    await watch.look();
    expect(watch.skill().explored).toBe(1);
  });

  it('stays as it was while the log is away, and says so once', async ({ expect }) => {
    const memory = memoryOutcomeLog({ maxEntries: 10 });
    let isAway = false;
    await using opened = openWatch({
      log: {
        ...memory,
        async *read(after) {
          if (isAway) throw new Error('It is away.');
          yield* memory.read(after);
        },
      },
    });
    const { watch, clock, logs } = opened;
    memory.append(sampleOutcome({ at: clock.now() - 6 * MINUTE }));
    await watch.look();
    isAway = true;
    for (let time = 0; time < 3; time += 1) await watch.look();
    expect(watch.skill().explored).toBe(1);
    expect(logs).toMatchObject([{ level: 'warn' }]);
    isAway = false;
    await watch.look();
    expect(logs).toMatchObject([{ level: 'warn' }, { level: 'info' }]);
  });
});
