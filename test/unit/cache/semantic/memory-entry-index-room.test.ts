import { describe, expect, it } from 'vitest';
import { openEntryIndex, openEntryIndexFor, placeOf } from '../../../support/open-entry-index.ts';

describe('the room of the entry index', () => {
  it('stays within its bytes, with what is worth most', () => {
    const { index, add, keys } = openEntryIndex(100_000);
    for (let each = 0; each < 1_000; each += 1) {
      const isDear = each < 20;
      add({ key: `${each}`, prompt: 'x'.repeat(each % 300), savesUsd: isDear ? 1 : 0.001 });
      expect(index.status().bytes).toBeLessThanOrEqual(100_000);
    }
    const { entries, evictions } = index.status();
    expect(entries).toBeGreaterThan(50);
    expect(entries + evictions).toBe(1_000);
    expect(keys().filter((key) => Number(key) < 20)).toHaveLength(20);
  });

  it('lets a large prompt go before a small one', () => {
    const { add, keys } = openEntryIndexFor(10);
    add({ key: 'large', prompt: 'x'.repeat(500) });
    for (let each = 0; each < 10; each += 1) add({ key: `${each}` });
    expect(keys()).not.toContain('large');
    expect(keys()).toContain('0');
  });

  it('keeps what is used over what is not', () => {
    const { index, add, keys } = openEntryIndexFor(20);
    for (let each = 0; each < 100; each += 1) {
      add({ key: `${each}` });
      index.used(placeOf('3'));
      index.used(placeOf('unknown'));
    }
    expect(index.status().evictions).toBe(80);
    expect(keys()).toContain('3');
    expect(keys()).not.toContain('4');
  });

  it('lets go in time what was used often once', () => {
    const { index, add, keys } = openEntryIndexFor(20);
    add({ key: 'once' });
    for (let uses = 0; uses < 10; uses += 1) index.used(placeOf('once'));
    for (let each = 0; each < 100; each += 1) add({ key: `${each}` });
    expect(keys()).toContain('once');
    for (let each = 100; each < 1_000; each += 1) add({ key: `${each}` });
    expect(keys()).not.toContain('once');
  });

  it('remembers how often an entry was used when it is added again', () => {
    const { index, add, keys } = openEntryIndexFor(20);
    add({ key: 'often' });
    for (let uses = 0; uses < 10; uses += 1) index.used(placeOf('often'));
    add({ key: 'often' });
    for (let each = 0; each < 100; each += 1) add({ key: `${each}` });
    expect(keys()).toContain('often');
  });

  it('takes an answer without a price for a cheap one, and one that is free for less', () => {
    const { add, keys } = openEntryIndexFor(20);
    for (let each = 0; each < 5; each += 1) {
      add({ key: `unknown ${each}`, savesUsd: null });
      add({ key: `free ${each}`, savesUsd: 0 });
      add({ key: `dear ${each}`, savesUsd: 0.1 });
    }
    const left = (start: string) => keys().filter((key) => key.startsWith(start)).length;
    for (let each = 0; each < 10; each += 1) add({ key: `more ${each}`, savesUsd: 0.1 });
    expect([left('dear'), left('unknown'), left('free')]).toEqual([5, 5, 0]);
    for (let each = 10; each < 15; each += 1) add({ key: `more ${each}`, savesUsd: 0.1 });
    expect([left('dear'), left('unknown'), left('free')]).toEqual([5, 0, 0]);
  });

  it('does not take what is larger than all of it, nor drops others for it', () => {
    const { index, add, keys } = openEntryIndexFor(20);
    add({ key: 'small' });
    add({ key: 'large', prompt: 'x'.repeat(40_000) });
    expect(keys()).toEqual(['small']);
    expect(index.status().evictions).toBe(0);
  });

  it('counts a text of two bytes a character as such', () => {
    const { index, add } = openEntryIndex();
    add({ key: 'a', prompt: 'x'.repeat(1_000) });
    const { bytes } = index.status();
    add({ key: 'a', prompt: 'я'.repeat(1_000) });
    expect(index.status().bytes).toBe(bytes + 1_000);
  });

  it('drops what has expired first', () => {
    const { index, add, clock, keys } = openEntryIndexFor(20);
    for (let each = 0; index.status().evictions === 0; each += 1) {
      add({ key: `dear ${each}`, savesUsd: 1, livesMs: 1_000 });
    }
    clock.advance(1_000);
    add({ key: 'cheap', savesUsd: 0 });
    expect(keys()).toEqual(['cheap']);
    expect(index.status().evictions).toBe(1);
  });
});
