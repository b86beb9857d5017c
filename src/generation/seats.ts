import { GatewayError } from '../domain/errors.ts';

/** One generation's part in a run. It begins with one listener, whoever asked for it. */
export type Seat = {
  /** One more listener of this generation. */
  enter(): void;
  /** One less. Call it once for each. */
  leave(): void;
  /** A listener goes, and the next one to enter takes its place; until then it counts as if it were there. */
  handOver(): void;
  /** Whether every other generation of the run has given up its seat. */
  isLast(): boolean;
  /** This generation wants no more, however many listen to it; the last one stops the run with `reason`. */
  giveUp(reason: GatewayError): void;
};

/** Who still wants the answer of one run. */
export type Seats = {
  take(): Seat;
  /** The run is over: nothing is to be stopped any more. */
  close(): void;
};

/**
 * Leaving is not giving up: a run with no listener is stopped when nobody came back within `graceMs` (0: at
 * once), and that failure is retryable. A run whose generations were all given up is stopped at once.
 *
 * @param options.stop ends the run; may be called more than once
 */
export function createSeats(options: {
  graceMs: number;
  stop: (reason: GatewayError) => void;
}): Seats {
  const { graceMs, stop } = options;
  let seats = 0;
  let listeners = 0;
  let grace: NodeJS.Timeout | undefined;
  let closed = false;

  function count(change: number) {
    listeners += change;
    // Those who were none before do not begin the grace period anew.
    if (change === 0) return;
    clearTimeout(grace);
    if (listeners > 0 || closed) return;
    if (graceMs === 0) abandon();
    else grace = setTimeout(abandon, graceMs);
  }

  function abandon() {
    const message = 'Nobody listened to the answer any more.';
    stop(new GatewayError('CANCELLED', message, { retryable: true }));
  }

  function take(): Seat {
    let own = 1;
    let placeKept = false;
    let givenUp = false;
    seats += 1;
    count(1);

    function change(by: number) {
      if (givenUp) return;
      own += by;
      count(by);
    }

    return {
      enter() {
        if (placeKept) placeKept = false;
        else change(1);
      },
      leave: () => change(-1),
      handOver() {
        if (placeKept) change(-1);
        placeKept = true;
      },
      isLast: () => seats === 1 && !givenUp,
      giveUp(reason) {
        if (givenUp) return;
        givenUp = true;
        seats -= 1;
        if (seats > 0) return count(-own);
        clearTimeout(grace);
        if (!closed) stop(reason);
      },
    };
  }

  return {
    take,
    close() {
      closed = true;
      clearTimeout(grace);
    },
  };
}
