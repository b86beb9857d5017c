import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunCut, RunEvent, RunLog } from '../../../src/generation/run-log.ts';
import { createRunWriter } from '../../../src/generation/run-writer.ts';
import { sampleEnd } from '../../contract/run-log.ts';

const sampleCut: RunCut = {
  type: 'cut',
  generationId: 'generation-1',
  failure: { code: 'CANCELLED', message: 'Enough.', retryable: false, retryAfterMs: null },
  afterMs: 20,
  firstTokenMs: 10,
};

/** A log that only remembers, and refuses while `refuses` is set. */
function rememberingLog() {
  const events: RunEvent[] = [];
  const state = { refuses: false };
  const log: Pick<RunLog, 'append'> = {
    async append(_run, _fencing, appended) {
      if (state.refuses) throw new Error('no room');
      events.push(...appended);
    },
  };
  return { events, state, log: log as RunLog };
}

function openWriter(firstSeq = 0) {
  const memory = rememberingLog();
  const { log } = memory;
  const writer = createRunWriter({ log, runId: 'run', fencing: 1, firstSeq, coalesceMs: 20 });
  return { ...memory, writer };
}

describe('the run writer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('writes the first output at once, and gathers what follows within the window', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('text', 'Chicks');
    await vi.advanceTimersByTimeAsync(0);
    expect(events.map(({ type }) => type)).toEqual(['started', 'text']);

    for (const text of [' eat', ' starter', ' feed.']) writer.output('text', text);
    await vi.advanceTimersByTimeAsync(19);
    expect(events).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(events[2]).toEqual({ seq: 2, type: 'text', offset: 6, text: ' eat starter feed.' });
  });

  it('writes at once again after a pause longer than the window', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('text', 'a');
    await vi.advanceTimersByTimeAsync(25);
    writer.output('text', 'b');
    await vi.advanceTimersByTimeAsync(0);
    expect(events.at(-1)).toMatchObject({ seq: 2, offset: 1, text: 'b' });
  });

  it('counts the offsets of text and reasoning apart, in UTF-16 units', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('reasoning', '🐔?');
    writer.output('text', 'é');
    writer.output('reasoning', '!');
    await writer.ended(sampleEnd);
    expect(events.slice(1, -1)).toEqual([
      { seq: 1, type: 'reasoning', offset: 0, text: '🐔?' },
      { seq: 2, type: 'text', offset: 0, text: 'é' },
      { seq: 3, type: 'reasoning', offset: 3, text: '!' },
    ]);
  });

  it('does not let a large gathering wait for the window', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('text', 'a');
    writer.output('text', 'b'.repeat(10_000));
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toHaveLength(3);
  });

  it('writes what is gathered before the end', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('text', 'a');
    writer.output('text', 'b');
    await writer.ended(sampleEnd);
    expect(events.map(({ type }) => type)).toEqual(['started', 'text', 'text', 'ended']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('drops what is gathered at a reset and counts from zero again', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('text', 'void');
    writer.output('text', 'void');
    await writer.reset({ model: 'small-model', fallbacks: [], cause: 'fallback' });
    writer.output('text', 'good');
    await writer.ended(sampleEnd);
    expect(events.slice(2, -1)).toEqual([
      { seq: 2, type: 'reset', model: 'small-model', fallbacks: [], cause: 'fallback' },
      { seq: 3, type: 'text', offset: 0, text: 'good' },
    ]);
  });

  it('writes a cut after all that was gathered, tells its number, and goes on', async () => {
    const { writer, events } = openWriter();
    await writer.started('large-model');
    writer.output('text', 'a');
    writer.output('text', 'b');
    expect(await writer.cut(sampleCut)).toBe(3);
    writer.output('text', 'c');
    await writer.ended(sampleEnd);
    expect(events.slice(1, -1)).toEqual([
      { seq: 1, type: 'text', offset: 0, text: 'a' },
      { seq: 2, type: 'text', offset: 1, text: 'b' },
      { seq: 3, ...sampleCut },
      { seq: 4, type: 'text', offset: 2, text: 'c' },
    ]);
  });

  it('goes on from the number that it is told', async () => {
    const { writer, events } = openWriter(1_000);
    writer.output('text', 'a');
    await writer.ended(sampleEnd);
    expect(events.map(({ seq }) => seq)).toEqual([1_000, 1_001]);
  });

  it('throws what the log refused, and still writes the end with the next number', async () => {
    const { writer, events, state } = openWriter();
    await writer.started('large-model');
    state.refuses = true;
    writer.output('text', 'a');
    await vi.advanceTimersByTimeAsync(0);
    expect(() => writer.output('text', 'b')).toThrow('no room');
    state.refuses = false;
    await writer.ended(sampleEnd);
    expect(events.at(-1)).toEqual({ seq: 1, type: 'ended', end: sampleEnd });
  });

  it('asks its source to pause while too much waits for the log', async () => {
    const { writer } = openWriter();
    await writer.started('large-model');
    expect(writer.output('text', 'a')).toBeUndefined();
    const pause = writer.output('text', 'b'.repeat(300_000));
    expect(pause).toBeInstanceOf(Promise);
    await pause;
    expect(writer.output('text', 'c')).toBeUndefined();
  });
});
