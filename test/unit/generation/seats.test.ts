import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { createSeats } from '../../../src/generation/seats.ts';

const cancelled = new GatewayError('CANCELLED', 'Enough.');

function openSeats(graceMs = 1_000) {
  const stops: GatewayError[] = [];
  return { stops, seats: createSeats({ graceMs, stop: (reason) => stops.push(reason) }) };
}

describe('the seats of a run', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('keep it at work for the grace period after the last listener of all left', () => {
    const { seats, stops } = openSeats();
    const [one, other] = [seats.take(), seats.take()];
    one.leave();
    vi.advanceTimersByTime(5_000);
    expect(stops).toEqual([]);
    other.leave();
    vi.advanceTimersByTime(999);
    expect(stops).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(stops).toMatchObject([{ code: 'CANCELLED', retryable: true }]);
  });

  it('keep it when somebody comes back in time', () => {
    const { seats, stops } = openSeats();
    const seat = seats.take();
    seat.leave();
    vi.advanceTimersByTime(999);
    seat.enter();
    vi.advanceTimersByTime(5_000);
    expect(stops).toEqual([]);
  });

  it('stop it at once when the last one is given up, however many listen', () => {
    const { seats, stops } = openSeats();
    const [one, other] = [seats.take(), seats.take()];
    one.enter();
    other.enter();
    expect([one.isLast(), other.isLast()]).toEqual([false, false]);
    one.giveUp(cancelled);
    one.giveUp(cancelled);
    expect([one.isLast(), other.isLast()]).toEqual([false, true]);
    expect(stops).toEqual([]);
    other.giveUp(cancelled);
    expect(stops).toEqual([cancelled]);
  });

  it('leave the grace period to one whose listener is away when another is given up', () => {
    const { seats, stops } = openSeats();
    const [away, present] = [seats.take(), seats.take()];
    away.leave();
    present.giveUp(cancelled);
    present.leave();
    vi.advanceTimersByTime(999);
    expect(stops).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(stops).toMatchObject([{ retryable: true }]);
  });

  it('do not begin the grace period anew when one is given up that nobody listens to', () => {
    const { seats, stops } = openSeats();
    const [one, other] = [seats.take(), seats.take()];
    one.leave();
    other.leave();
    vi.advanceTimersByTime(600);
    one.giveUp(cancelled);
    vi.advanceTimersByTime(400);
    expect(stops).toMatchObject([{ retryable: true }]);
  });

  it('keep one place for whoever comes next, however many handed theirs over', () => {
    const { seats, stops } = openSeats();
    const seat = seats.take();
    seat.handOver();
    seat.enter();
    seat.enter();
    seat.handOver();
    seat.handOver();
    vi.advanceTimersByTime(5_000);
    expect(stops).toEqual([]);
    seat.enter();
    seat.leave();
    vi.advanceTimersByTime(1_000);
    expect(stops).toHaveLength(1);
  });

  it('stop nothing when the run is over', () => {
    const { seats, stops } = openSeats();
    const [one, other] = [seats.take(), seats.take()];
    one.leave();
    seats.close();
    other.leave();
    one.giveUp(cancelled);
    other.giveUp(cancelled);
    vi.advanceTimersByTime(5_000);
    expect(stops).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
