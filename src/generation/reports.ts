import type { Clock } from '../domain/clock.ts';
import { type GatewayError, toGatewayError } from '../domain/errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RequestRecord } from '../telemetry/statistics.ts';
import type { Accepted, Generation, GenerationOutcome } from './accepted.ts';
import { createCallCount } from './call-count.ts';
import type { GenerationRecords } from './generation-record.ts';
import { recordOf, recordOfRefusal } from './record.ts';
import { RunLost } from './run-log.ts';
import { HandedOver } from './shutting-down.ts';

/** Tells of every request once, when it has ended, of all processes that know of it. */
export type Reports = {
  /** Reports the generation when it has ended, unless another process does. */
  awaitEnd(generation: Generation, acceptedHere: boolean): void;
  /** This process goes on with the run of another: it answers for the generation that began it. */
  answerFor(generationId: string): void;
  /** Resolves when all that have ended are reported, or `signal` aborts. */
  untilNone(signal: AbortSignal): Promise<void>;
  /** Reports a request that failed before it became a generation; returns what it is told. */
  refuse(accepted: Accepted, thrown: unknown): GatewayError;
  /** Whatever was thrown, as a client is told; what nobody foresaw is logged. */
  understand(generationId: string | null, thrown: unknown): GatewayError;
};

export function createReports(deps: {
  readonly records: GenerationRecords;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly report: (record: RequestRecord, generationId: string) => void;
}): Reports {
  const { records, clock, logger, report } = deps;
  const answeredFor = new Set<string>();
  const underWay = createCallCount();

  function awaitEnd(generation: Generation, acceptedHere: boolean) {
    const told = generation.outcome.then(
      (outcome) => reportEnd(generation.accepted, acceptedHere, outcome),
      (lost: unknown) => reportLost(generation, acceptedHere, lost),
    );
    told.finally(underWay.enter());
  }

  async function reportEnd(accepted: Accepted, acceptedHere: boolean, outcome: GenerationOutcome) {
    const isOurs = outcome.cached ? acceptedHere : await settle(accepted.id, acceptedHere);
    if (isOurs) report(recordOf(accepted, outcome, clock.now()), accepted.id);
  }

  function settle(id: string, acceptedHere: boolean): Promise<boolean> {
    const isHere = acceptedHere || answeredFor.has(id);
    answeredFor.delete(id);
    return records.settle(id, { acceptedHere: isHere });
  }

  async function reportLost(generation: Generation, acceptedHere: boolean, lost: unknown) {
    const { accepted, paysForRun } = generation;
    // Whoever goes on with the run tells what it took.
    const isGoingOn = lost instanceof HandedOver || (lost instanceof RunLost && paysForRun);
    if (isGoingOn) records.forget(accepted.id);
    else if (acceptedHere && (await settle(accepted.id, true))) {
      // A call was made, and nobody is left who knows what it took.
      refuse(accepted, lost, paysForRun ? null : 0);
    }
  }

  function refuse(accepted: Accepted, thrown: unknown, costUsd: number | null = 0): GatewayError {
    const refusal = understand(accepted.id, thrown);
    const record = recordOfRefusal(accepted, refusal, clock.now(), clock.elapsed() - accepted.at);
    report({ ...record, costUsd }, accepted.id);
    return refusal;
  }

  function understand(generationId: string | null, thrown: unknown): GatewayError {
    const error = toGatewayError(thrown);
    if (error.code === 'INTERNAL') {
      logger.error({ error, generationId }, 'generation failed in an unforeseen way');
    }
    return error;
  }

  return {
    awaitEnd,
    answerFor: (id) => void answeredFor.add(id),
    untilNone: underWay.untilNone,
    refuse,
    understand,
  };
}
