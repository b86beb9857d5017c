import { describe, it } from 'vitest';
import type { OutcomeEntry } from '../../../../src/router/outcomes/port.ts';
import { createWaitingEntries } from '../../../../src/router/outcomes/waiting-entries.ts';
import { recordLogs } from '../../../support/recorded-logs.ts';
import { sampleOutcome } from '../../../support/sample-outcome.ts';

function openWaiting() {
  const { logger, logs } = recordLogs();
  const written: OutcomeEntry[] = [];
  let isAway = false;
  const waiting = createWaitingEntries({
    ...{ flushMs: 1_000_000, logger },
    async write(entries) {
      await Promise.resolve();
      if (isAway) throw new Error('It is away.');
      written.push(...entries);
    },
  });
  const setAway = (away: boolean) => {
    isAway = away;
  };
  return {
    ...{ waiting, written, logs, setAway },
    [Symbol.asyncDispose]: () => waiting[Symbol.asyncDispose](),
  };
}

function many(count: number) {
  return Array.from({ length: count }, () => sampleOutcome());
}

describe.concurrent('entries that wait to be written', () => {
  it('are all written, once and in order, those that come meanwhile too', async ({ expect }) => {
    await using opened = openWaiting();
    const { waiting, written } = opened;
    const entries = many(250);
    for (const entry of entries.slice(0, 240)) waiting.append(entry);
    const first = waiting.flush();
    for (const entry of entries.slice(240)) waiting.append(entry);
    await Promise.all([first, waiting.flush()]);
    expect(written).toEqual(entries);
  });

  it('are kept while nothing can be written, which is logged once', async ({ expect }) => {
    await using opened = openWaiting();
    const { waiting, written, logs, setAway } = opened;
    const entries = many(3);
    setAway(true);
    for (const entry of entries) {
      waiting.append(entry);
      await waiting.flush();
    }
    expect(logs).toMatchObject([{ level: 'warn' }]);
    setAway(false);
    await waiting.flush();
    expect(written).toEqual(entries);
    expect(logs).toMatchObject([{ level: 'warn' }, { level: 'info', lost: 0 }]);
  });

  it('are lost when too many wait, the oldest first, and counted', async ({ expect }) => {
    await using opened = openWaiting();
    const { waiting, written, logs, setAway } = opened;
    setAway(true);
    const entries = many(6_000);
    for (const [index, entry] of entries.entries()) {
      waiting.append(entry);
      if (index % 1_000 === 0) await waiting.flush();
    }
    const { lost } = waiting;
    expect(lost).toBeGreaterThan(900);
    expect(lost).toBeLessThanOrEqual(1_000);
    setAway(false);
    await waiting.flush();
    expect(written).toEqual(entries.slice(lost));
    expect(logs.at(-1)).toMatchObject({ level: 'info', lost });
  });

  it('are dropped when they are to be erased', async ({ expect }) => {
    await using opened = openWaiting();
    const { waiting, written } = opened;
    const [kept, erased] = [sampleOutcome(), sampleOutcome({ tenant: 'gone' })];
    for (const entry of [kept, erased]) waiting.append(entry);
    waiting.drop(({ tenant }) => tenant === 'gone');
    await waiting.flush();
    expect(written).toEqual([kept]);
  });

  it('are written at disposal', async ({ expect }) => {
    const { waiting, written } = openWaiting();
    const entry = sampleOutcome();
    waiting.append(entry);
    await waiting[Symbol.asyncDispose]();
    expect(written).toEqual([entry]);
  });
});
