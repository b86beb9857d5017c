import { describe, expect, it, vi } from 'vitest';
import { mirrorListening } from '../../../src/generation/remote-listeners.ts';
import { createSeats } from '../../../src/generation/seats.ts';

function openMirror() {
  const onAbandoned = vi.fn();
  const seats = createSeats({ graceMs: 0, onAbandoned, onListening() {} });
  const mirror = mirrorListening(seats);
  return {
    seats,
    onAbandoned,
    hear: (listening: Record<string, string[]>) => mirror(new Map(Object.entries(listening))),
  };
}

describe('the listeners in other processes', () => {
  it('keep a run as those in its own do', () => {
    const { seats, onAbandoned, hear } = openMirror();
    hear({ other: ['one'], third: ['two'] });
    expect(seats.listening()).toEqual(['one', 'two']);
    hear({ other: [], third: ['two'] });
    expect(seats.listening()).toEqual(['two']);
    expect(onAbandoned).not.toHaveBeenCalled();
    hear({ other: [] });
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('count once for each process, however often it tells of them', () => {
    const { seats, onAbandoned, hear } = openMirror();
    hear({ other: ['one'], third: ['one'] });
    hear({ other: ['one'], third: ['one'] });
    hear({ third: ['one'] });
    expect(onAbandoned).not.toHaveBeenCalled();
    hear({});
    expect(seats.listening()).toEqual([]);
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('count once although a process names them twice', () => {
    const { seats, hear } = openMirror();
    hear({ other: ['one', 'one'] });
    hear({ other: ['one'] });
    hear({});
    expect(seats.listening()).toEqual([]);
  });

  it('are there all the time when they go from one process to another', () => {
    const { onAbandoned, hear } = openMirror();
    hear({ other: ['one'] });
    hear({ third: ['one'] });
    expect(onAbandoned).not.toHaveBeenCalled();
  });

  it('are left out when their generation was given up', () => {
    const { seats, onAbandoned, hear } = openMirror();
    hear({ other: ['one', 'two'] });
    seats.of('one').giveUp();
    hear({ other: ['one'] });
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('leave the listeners of this process alone', () => {
    const { seats, onAbandoned, hear } = openMirror();
    seats.of('one').enter();
    hear({ other: ['one'] });
    hear({});
    expect(onAbandoned).not.toHaveBeenCalled();
    expect(seats.listening()).toEqual(['one']);
  });
});
