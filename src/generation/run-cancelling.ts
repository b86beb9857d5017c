import type { Clock } from '../domain/clock.ts';
import { failureFields, GatewayError } from '../domain/errors.ts';
import type { RunCuts } from './run-cuts.ts';
import type { Lead } from './run-lead.ts';
import type { RunLease } from './run-leases.ts';
import type { Seats } from './seats.ts';
import { settledWithin } from './settled-within.ts';

/** A word to the owner of a run may be lost; so long until it is said again. */
const ASK_AGAIN_MS = 1_000;

/**
 * Ends single generations of a run: cuts one off, or stops the run when no other wants it. The owner of the run
 * decides, and others ask it to.
 *
 * @param run.lead while this process owns the run
 * @param run.ended settles when the run is over; then `isOver`
 */
export function createCancelling(run: {
  readonly lease: RunLease;
  readonly seats: Seats;
  readonly cuts: RunCuts;
  readonly clock: Clock;
  /** On `Clock.elapsed`. */
  readonly startedAt: number;
  readonly lead: () => Lead | null;
  readonly isOver: () => boolean;
  readonly ended: () => Promise<unknown>;
}): (generationId: string) => Promise<void> {
  const { lease, seats, cuts, clock, startedAt } = run;
  const cancelling = new Map<string, Promise<void>>();

  async function untilCancelled(generationId: string) {
    const cut = cuts.of(generationId);
    while (!run.isOver() && cut.now() === null) {
      const lead = run.lead();
      if (lead === null) lease.askCancel(generationId);
      else await cutOff(lead, generationId);
      await settledWithin(ASK_AGAIN_MS, [cut.made, run.ended()]);
    }
  }

  async function cutOff(lead: Lead, generationId: string) {
    const reason = new GatewayError('CANCELLED', 'The generation was cancelled.');
    const isLast = () => seats.isLast(generationId);
    // Alone with its run, it ends as the run does, with all that arrived and the run's own accounts.
    const unwanted = [...seats.givenUp(), generationId];
    const isRetired = isLast() && (await lease.retire(unwanted));
    if (isRetired && isLast()) lead.stop(reason);
    if (lead.isStopped()) return;
    if (isRetired) lease.reopen();
    const cut = {
      type: 'cut',
      generationId,
      failure: failureFields(reason),
      afterMs: clock.elapsed() - startedAt,
      firstTokenMs: lead.firstTextMs(),
    } as const;
    try {
      cuts.note({ ...cut, seq: await lead.writer.cut(cut) });
      seats.of(generationId).giveUp();
    } catch {
      // The log takes no more of this process: the run has ended, or ends where it was taken over.
    }
  }

  return (generationId) => {
    const asked = cancelling.get(generationId) ?? untilCancelled(generationId);
    cancelling.set(generationId, asked);
    return asked;
  };
}
