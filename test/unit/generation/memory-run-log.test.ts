import { describe, expect, it } from 'vitest';
import { memoryRunLog } from '../../../src/generation/memory-run-log.ts';
import {
  type RunCut,
  type RunEvent,
  RunLogFull,
  type RunReset,
  RunUnknown,
} from '../../../src/generation/run-log.ts';
import { sampleEnd } from '../../contract/run-log.ts';
import { collect } from '../../support/collect.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const patient = new AbortController().signal;
const whole: RunEvent[] = [
  { seq: 0, type: 'started', model: 'large-model' },
  { seq: 1, type: 'text', offset: 0, text: 'Chicks' },
  { seq: 2, type: 'ended', end: sampleEnd },
];

const takenOver: RunReset = {
  type: 'reset',
  model: 'large-model',
  fallbacks: [],
  cause: 'takeOver',
};
const sampleCut: RunCut = {
  type: 'cut',
  generationId: 'generation-1',
  failure: { code: 'CANCELLED', message: 'Enough.', retryable: false, retryAfterMs: null },
  afterMs: 20,
  firstTokenMs: 10,
};

describe('the memory run log', () => {
  it('keeps an ended run for the configured time and no longer', async () => {
    const clock = fakeClock();
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 1_000, clock });
    await log.append('run', 1, whole);
    clock.advance(999);
    expect(await collect(log.read('run', -1, patient))).toHaveLength(3);
    clock.advance(1);
    await expect(collect(log.read('run', -1, patient))).rejects.toBeInstanceOf(RunUnknown);
    expect(log.describe()).toMatchObject({ ended: 0, bytes: 0 });
  });

  it('lets those who read an ended run when its time is over read it to the end', async () => {
    const clock = fakeClock();
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 0, clock });
    await log.append('run', 1, whole.slice(0, 2));
    const reader = log.read('run', -1, patient)[Symbol.asyncIterator]();
    await reader.next();
    await log.append('run', 1, whole.slice(2));
    expect(await collect(log.read('run', -1, patient))).toHaveLength(3);
    await reader.return?.();
    await expect(collect(log.read('run', -1, patient))).rejects.toBeInstanceOf(RunUnknown);
  });

  it('tells a reader whose run was dropped under it', async () => {
    await using log = memoryRunLog({ maxBytes: 3_000, keepMs: 60_000, clock: fakeClock() });
    await log.append('run', 1, whole);
    const reader = log.read('run', -1, patient)[Symbol.asyncIterator]();
    await reader.next();
    await log.append('other', 1, [
      { seq: 0, type: 'started', model: 'large-model' },
      { seq: 1, type: 'text', offset: 0, text: 'x'.repeat(1_200) },
    ]);
    await expect(reader.next()).rejects.toBeInstanceOf(RunUnknown);
  });

  it('leaves nothing behind of a run that found no room to begin', async () => {
    await using log = memoryRunLog({ maxBytes: 50, keepMs: 60_000, clock: fakeClock() });
    await log.append('run', 1, whole.slice(0, 1)).catch(() => {});
    expect(log.describe()).toEqual({ running: 0, ended: 0, bytes: 0, readers: 0 });
  });

  it('tells the events as they were appended, none of them merged', async () => {
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 60_000, clock: fakeClock() });
    const events: RunEvent[] = [
      ...whole.slice(0, 2),
      { seq: 2, type: 'text', offset: 6, text: ' eat' },
    ];
    await log.append('run', 1, events);
    expect(log.eventsAfter('run', -1)).toEqual(events);
    expect(log.eventsAfter('run', 0)).toEqual(events.slice(1));
    expect(log.eventsAfter('run', 2)).toEqual([]);
    expect(log.eventsAfter('nobody', -1)).toEqual([]);
    expect(log.hasEnded('run')).toBe(false);
    await log.append('run', 1, [{ seq: 3, type: 'ended', end: sampleEnd }]);
    expect(log.hasEnded('run')).toBe(true);
  });

  it('finds its way through the numbers that a reset leaves out', async () => {
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 60_000, clock: fakeClock() });
    const after: RunEvent[] = [
      { ...takenOver, seq: 1_000 },
      { seq: 1_001, type: 'text', offset: 0, text: 'Starter ' },
      { seq: 1_002, type: 'text', offset: 8, text: 'feed.' },
      { seq: 1_003, type: 'ended', end: sampleEnd },
    ];
    const merged = [after[0], { ...after[1], seq: 1_002, text: 'Starter feed.' }, after[3]];
    await log.append('run', 1, whole.slice(0, 2));
    await log.append('run', 2, after);
    expect(await log.lastSeq('run')).toBe(1_003);
    expect(await collect(log.read('run', -1, patient))).toEqual([...whole.slice(0, 2), ...merged]);
    // Whoever heard more of the owner that was lost than the log has, comes back with a number in between.
    for (const heard of [1, 2, 500, 999]) {
      expect(await collect(log.read('run', heard, patient))).toEqual(merged);
      expect(log.eventsAfter('run', heard)).toEqual(after);
    }
    expect(await collect(log.read('run', 1_001, patient))).toEqual(after.slice(2));
  });

  it('lets a reset leave numbers out, and nothing else', async () => {
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 60_000, clock: fakeClock() });
    await log.append('run', 1, whole.slice(0, 2));
    const cut = { ...sampleCut, seq: 7 };
    await expect(log.append('run', 1, [cut])).rejects.toThrow(/appended where 2/);
    const early = { ...takenOver, seq: 1 };
    await expect(log.append('run', 2, [early])).rejects.toThrow(/appended where 2/);
  });

  it('has room for a cut when it has none for a text', async () => {
    await using log = memoryRunLog({ maxBytes: 300, keepMs: 60_000, clock: fakeClock() });
    await log.append('run', 1, whole.slice(0, 2));
    const text: RunEvent = { seq: 2, type: 'text', offset: 6, text: ' eat' };
    await expect(log.append('run', 1, [text])).rejects.toBeInstanceOf(RunLogFull);
    await log.append('run', 1, [{ ...sampleCut, seq: 2 }]);
    await log.append('run', 1, [{ seq: 3, type: 'ended', end: sampleEnd }]);
    expect(await collect(log.read('run', 1, patient))).toHaveLength(2);
  });

  it('tells those who read a run that it loses why, and keeps one that has ended', async () => {
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 60_000, clock: fakeClock() });
    await log.append('run', 1, whole.slice(0, 2));
    await log.append('ended', 1, whole);
    const reader = log.read('run', 1, patient)[Symbol.asyncIterator]();
    const next = reader.next();
    const reason = new Error('Out of reach.');
    log.lose('run', reason);
    await expect(next).rejects.toBe(reason);
    await expect(log.lastSeq('run')).rejects.toBeInstanceOf(RunUnknown);
    log.lose('ended', reason);
    log.lose('nobody', reason);
    expect(await collect(log.read('ended', -1, patient))).toHaveLength(3);
    expect(log.describe()).toMatchObject({ running: 0, ended: 1 });
  });

  it('takes from another log what it has not yet, whoever wrote it', async () => {
    await using log = memoryRunLog({ maxBytes: 10_000, keepMs: 60_000, clock: fakeClock() });
    log.take('run', whole.slice(0, 2));
    log.take('run', whole.slice(0, 2));
    log.take('run', whole);
    expect(log.eventsAfter('run', -1)).toEqual(whole);
    expect(() => log.take('late', whole.slice(1))).toThrow(RunUnknown);
  });
});
