import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redisLimitSettlements } from '../../../src/tenancy/redis-limit-settlements.ts';
import { recordLogs } from '../../support/recorded-logs.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Note = { readonly generationId: string; readonly text: string };

function note(generationId: string, text = ''): Note {
  return { generationId, text };
}

/** Settlements whose listener confirms while `confirms`; with all that it heard. */
function open() {
  const { logger, logs } = recordLogs();
  const heard: string[] = [];
  const listener = { confirms: true };
  const hear = async ({ generationId, text }: Note) => {
    heard.push(generationId + text);
    return listener.confirms;
  };
  const settlements = redisLimitSettlements<Note>({ tell: hear, insist: hear, logger });
  return { settlements, listener, heard, logs };
}

describe('settlements', () => {
  it('are told once when they are confirmed', async () => {
    const { settlements, heard } = open();
    settlements.add(note('a'));
    expect(await settlements.areConfirmed('a')).toBe(true);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toEqual(['a']);
    await settlements[Symbol.asyncDispose]();
  });

  it('are told every second until they are confirmed, one for all, and another each time', async () => {
    const { settlements, listener, heard } = open();
    listener.confirms = false;
    settlements.add(note('a'));
    settlements.add(note('b'));
    expect(await settlements.areConfirmed('b')).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(heard).toEqual(['a', 'b', 'a', 'b']);
    listener.confirms = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard.slice(4)).toEqual(['a', 'b']);
    expect(await settlements.areConfirmed('b')).toBe(true);
    await settlements[Symbol.asyncDispose]();
  });

  it('of one generation are told in order', async () => {
    const { settlements, listener, heard } = open();
    listener.confirms = false;
    settlements.add(note('a', ' first'));
    settlements.add(note('a', ' second'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard).toEqual(['a first', 'a first']);
    listener.confirms = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard.slice(2)).toEqual(['a first', 'a second']);
    await settlements[Symbol.asyncDispose]();
  });

  it('are told for the last time at the end, and it is said when that was in vain', async () => {
    const { settlements, listener, heard, logs } = open();
    listener.confirms = false;
    settlements.add(note('a'));
    settlements.add(note('b'));
    await settlements.areConfirmed('b');
    await settlements[Symbol.asyncDispose]();
    expect(heard).toEqual(['a', 'b', 'a']);
    expect(logs).toMatchObject([{ level: 'warn', generations: 2 }]);
  });

  it('make room when too many wait, the oldest first, and say so once', async () => {
    const { settlements, listener, heard, logs } = open();
    listener.confirms = false;
    for (let index = 0; index < 50_002; index += 1) settlements.add(note(`${index}`));
    await vi.advanceTimersByTimeAsync(0);
    expect(logs).toMatchObject([{ level: 'warn', message: expect.stringContaining('too long') }]);
    heard.length = 0;
    listener.confirms = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(heard).toHaveLength(50_000);
    expect(heard[0]).toBe('2');
    await settlements[Symbol.asyncDispose]();
  });
});
