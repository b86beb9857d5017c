import { describe, expect, it } from 'vitest';
import { memoryRunLog } from '../../../src/generation/memory-run-log.ts';
import { type RunEvent, RunUnknown } from '../../../src/generation/run-log.ts';
import { sampleEnd } from '../../contract/run-log.ts';
import { collect } from '../../support/collect.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const patient = new AbortController().signal;
const whole: RunEvent[] = [
  { seq: 0, type: 'started', model: 'large-model' },
  { seq: 1, type: 'text', offset: 0, text: 'Chicks' },
  { seq: 2, type: 'ended', end: sampleEnd },
];

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
});
