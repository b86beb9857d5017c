/** One generation's part in a run, as this process sees it. It begins with nobody listening. */
export type Seat = {
  /** One more listener of this generation. */
  enter(): void;
  /** One less. Call it once for each. */
  leave(): void;
  /** A listener goes, and the next one to enter takes its place; until then it counts as if it were there. */
  handOver(): void;
  /** The generation is over, however many listen to it. */
  giveUp(): void;
};

/** Who still wants the answer of one run. */
export type Seats = {
  /** The seat of a generation, made when it is first asked for. */
  of(generationId: string): Seat;
  /** Whether it is the only generation that has not given up its seat. */
  isLast(generationId: string): boolean;
  /** The generations that have given up their seats. */
  givenUp(): string[];
  /** The generations that are listened to. */
  listening(): string[];
  areListenedTo(): boolean;
  /** Whether somebody listens, or may be back within the grace period. */
  areWanted(): boolean;
  /** The run is over: nobody is waited for any more. */
  close(): void;
};

/**
 * Leaving is not giving up: who leaves may be back within `graceMs` (0: never). A generation that was given up is
 * not waited for.
 *
 * @param options.onAbandoned nobody listened for as long; may be called again when somebody came and left
 * @param options.onListening the generations that are listened to are others than before
 */
export function createSeats(options: {
  graceMs: number;
  onAbandoned: () => void;
  onListening: () => void;
}): Seats {
  const { graceMs, onAbandoned, onListening } = options;
  const seats = new Map<string, ReturnType<typeof createSeat>>();
  /** Of all seats. */
  let listeners = 0;
  let grace: NodeJS.Timeout | undefined;
  let abandoned = false;
  let closed = false;

  function changed(by: number) {
    listeners += by;
    if (closed) return;
    clearTimeout(grace);
    abandoned = false;
    if (listeners > 0) return;
    if (graceMs === 0) abandon();
    else grace = setTimeout(abandon, graceMs);
  }

  function abandon() {
    abandoned = true;
    onAbandoned();
  }

  function createSeat(): Seat & { isListenedTo(): boolean; isGivenUp(): boolean } {
    let own = 0;
    let placeKept = false;
    let givenUp = false;

    function count(by: number) {
      if (givenUp || by === 0) return;
      own += by;
      changed(by);
      if (own === 0 || own === by) onListening();
    }

    return {
      enter() {
        if (placeKept) placeKept = false;
        else count(1);
      },
      leave: () => count(-1),
      handOver() {
        if (placeKept) count(-1);
        placeKept = true;
      },
      giveUp() {
        const left = own;
        own = 0;
        // Whoever hears that nobody listens any more is to know this first.
        givenUp = true;
        if (closed || ![...seats.values()].every((seat) => seat.isGivenUp())) {
          if (left > 0) changed(-left);
        } else {
          // Said again: it may have been refused for the sake of this one.
          listeners -= left;
          clearTimeout(grace);
          abandon();
        }
        if (left > 0) onListening();
      },
      isListenedTo: () => own > 0,
      isGivenUp: () => givenUp,
    };
  }

  return {
    of(generationId) {
      const seat = seats.get(generationId) ?? createSeat();
      seats.set(generationId, seat);
      return seat;
    },
    isLast(generationId) {
      return [...seats].every(([id, seat]) => (id === generationId) !== seat.isGivenUp());
    },
    givenUp: () => [...seats].flatMap(([id, seat]) => (seat.isGivenUp() ? [id] : [])),
    listening: () => [...seats].flatMap(([id, seat]) => (seat.isListenedTo() ? [id] : [])),
    areListenedTo: () => listeners > 0,
    areWanted: () => !abandoned,
    close() {
      closed = true;
      clearTimeout(grace);
    },
  };
}
