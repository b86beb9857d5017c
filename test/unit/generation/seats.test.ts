import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSeats } from '../../../src/generation/seats.ts';

/** Two generations with one listener each. */
function openSeats(graceMs = 1_000) {
  const onAbandoned = vi.fn();
  const heard: string[][] = [];
  const seats = createSeats({
    graceMs,
    onAbandoned,
    onListening: () => heard.push(seats.listening()),
  });
  const [one, other] = [seats.of('one'), seats.of('other')];
  one.enter();
  other.enter();
  return { seats, one, other, onAbandoned, heard };
}

describe('the seats of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keep it at work for the grace period after the last listener of all left', () => {
    const { seats, one, other, onAbandoned } = openSeats();
    one.leave();
    vi.advanceTimersByTime(5_000);
    other.leave();
    vi.advanceTimersByTime(999);
    expect(onAbandoned).not.toHaveBeenCalled();
    expect(seats.areWanted()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(onAbandoned).toHaveBeenCalledOnce();
    expect(seats.areWanted()).toBe(false);
  });

  it('keep it when somebody comes back in time', () => {
    const { one, other, onAbandoned } = openSeats();
    other.leave();
    one.leave();
    vi.advanceTimersByTime(999);
    one.enter();
    vi.advanceTimersByTime(5_000);
    expect(onAbandoned).not.toHaveBeenCalled();
  });

  it('want it again when somebody comes back although it was given up', () => {
    const { seats, one, other, onAbandoned } = openSeats(0);
    other.leave();
    one.leave();
    expect(seats.areWanted()).toBe(false);
    one.enter();
    expect(seats.areWanted()).toBe(true);
    one.leave();
    expect(onAbandoned).toHaveBeenCalledTimes(2);
  });

  it('begin with nobody listening, and yet wait for the first who comes', () => {
    const onAbandoned = vi.fn();
    const seats = createSeats({ graceMs: 1_000, onAbandoned, onListening() {} });
    seats.of('one');
    vi.advanceTimersByTime(5_000);
    expect(onAbandoned).not.toHaveBeenCalled();
    expect(seats.areWanted()).toBe(true);
    expect(seats.listening()).toEqual([]);
  });

  it('give each generation one seat, whoever asks for it', () => {
    const { seats, one, other, onAbandoned } = openSeats();
    expect(seats.of('one')).toBe(one);
    other.leave();
    seats.of('one').leave();
    vi.advanceTimersByTime(1_000);
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('tell which generations are listened to, when others are than before', () => {
    const { seats, one, other, heard } = openSeats();
    expect(heard).toEqual([['one'], ['one', 'other']]);
    one.enter();
    one.leave();
    expect(heard).toHaveLength(2);
    one.leave();
    other.giveUp();
    expect(heard.slice(2)).toEqual([['other'], []]);
    expect(seats.listening()).toEqual([]);
  });

  it('do not wait for the listeners of a generation that was given up', () => {
    const { seats, one, other, onAbandoned } = openSeats(0);
    one.enter();
    other.enter();
    expect([seats.isLast('one'), seats.isLast('other')]).toEqual([false, false]);
    one.giveUp();
    one.giveUp();
    expect([seats.isLast('one'), seats.isLast('other')]).toEqual([false, true]);
    one.leave();
    expect(onAbandoned).not.toHaveBeenCalled();
    other.giveUp();
    expect(onAbandoned).toHaveBeenCalledOnce();
    expect(seats.isLast('other')).toBe(false);
  });

  it('wait for nobody when the last generation was given up', () => {
    const { one, other, onAbandoned } = openSeats();
    one.leave();
    other.giveUp();
    expect(onAbandoned).not.toHaveBeenCalled();
    one.giveUp();
    expect(onAbandoned).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leave the grace period to one whose listener is away when another is given up', () => {
    const { one: away, other: present, onAbandoned } = openSeats();
    away.leave();
    present.giveUp();
    present.leave();
    vi.advanceTimersByTime(999);
    expect(onAbandoned).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('do not begin the grace period anew when one is given up that nobody listens to', () => {
    const { one, other, onAbandoned } = openSeats();
    one.leave();
    other.leave();
    vi.advanceTimersByTime(600);
    one.giveUp();
    vi.advanceTimersByTime(400);
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('keep one place for whoever comes next, however many handed theirs over', () => {
    const { one, other, onAbandoned } = openSeats();
    other.leave();
    one.handOver();
    one.enter();
    one.enter();
    one.handOver();
    one.handOver();
    vi.advanceTimersByTime(5_000);
    expect(onAbandoned).not.toHaveBeenCalled();
    one.enter();
    one.leave();
    vi.advanceTimersByTime(1_000);
    expect(onAbandoned).toHaveBeenCalledOnce();
  });

  it('wait for nobody when the run is over', () => {
    const { seats, one, other, onAbandoned } = openSeats();
    one.leave();
    seats.close();
    other.leave();
    one.giveUp();
    other.giveUp();
    vi.advanceTimersByTime(5_000);
    expect(onAbandoned).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
