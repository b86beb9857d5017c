import { type GatewayError, toGatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { RequestRecord } from '../telemetry/statistics.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { Accepted, Generation } from './accepted.ts';
import { type BeginDeps, beginGeneration, shuttingDown } from './begin.ts';
import { createCallCount } from './call-count.ts';
import type { GenerationEvent, GenerationFailure } from './generation.ts';
import { planGeneration } from './plan.ts';
import { failureBeforeBegin, type PreviewDeps, previewPlan, previewRefusal } from './preview.ts';
import { recordOf, recordOfRefusal } from './record.ts';
import type { Run } from './run.ts';
import type { GenerateResult, GenerationService } from './service.ts';

/** How long after the last run was stopped its listeners may take to hear of it. */
const FAREWELL_MS = 1_000;

export type GenerationDeps = Omit<BeginDeps, 'onRun'> &
  PreviewDeps & {
    readonly logger: Logger;
    /** Hears of every request once, when it has ended. Must not throw. */
    readonly report: (record: RequestRecord, generationId: string) => void;
  };

export function createGenerationService(deps: GenerationDeps): GenerationService {
  const { clock, logger } = deps;
  const runs = new Set<Run>();
  const calls = createCallCount();
  const streams = createCallCount();
  const beginDeps: BeginDeps = { ...deps, onRun: watch };
  let draining = false;

  function accept(request: GenerationRequest, caller: Principal): Accepted {
    return { id: deps.newId(), request, caller, at: clock.elapsed() };
  }

  async function begin(accepted: Accepted): Promise<Generation> {
    if (draining) throw shuttingDown();
    const generation = await beginGeneration(beginDeps, accepted);
    generation.outcome.then(
      (outcome) => deps.report(recordOf(accepted, outcome, clock.now()), accepted.id),
      (error: unknown) => logger.error({ error, generationId: accepted.id }, 'run lost'),
    );
    return generation;
  }

  function watch(run: Run) {
    runs.add(run);
    const forget = () => runs.delete(run);
    run.ended.then(forget, forget);
  }

  function refuse(accepted: Accepted, thrown: unknown): GenerationFailure {
    const refusal = understand(accepted, thrown);
    const record = recordOfRefusal(accepted, refusal, clock.now(), clock.elapsed() - accepted.at);
    deps.report(record, accepted.id);
    return failureBeforeBegin(refusal);
  }

  function understand(accepted: Accepted, thrown: unknown): GatewayError {
    const error = toGatewayError(thrown);
    if (error.code === 'INTERNAL') {
      logger.error({ error, generationId: accepted.id }, 'generation failed in an unforeseen way');
    }
    return error;
  }

  async function generate(
    request: GenerationRequest,
    caller: Principal,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    const accepted = accept(request, caller);
    let generation: Generation;
    try {
      generation = await begin(accepted);
    } catch (thrown) {
      return { kind: 'failure', failure: refuse(accepted, thrown) };
    }
    try {
      const ended = await generation.result(signal);
      return ended.failure === null
        ? { kind: 'generation', generation: ended }
        : { kind: 'failure', failure: { ...ended.failure, generation: ended } };
    } finally {
      generation.leave();
    }
  }

  async function* generateStream(
    request: GenerationRequest,
    caller: Principal,
    { afterSeq, signal }: { afterSeq: number; signal: AbortSignal },
  ): AsyncGenerator<GenerationEvent, void> {
    const accepted = accept(request, caller);
    const { id: generationId } = accepted;
    let generation: Generation;
    try {
      generation = await begin(accepted);
    } catch (thrown) {
      const failure = refuse(accepted, thrown);
      yield { type: 'failed', generationId, seq: afterSeq + 1, failure };
      return;
    }
    let seq = afterSeq;
    const leaveStreams = streams.enter();
    try {
      for await (const event of generation.events(afterSeq, signal)) {
        seq = event.seq;
        yield event;
      }
    } catch (thrown) {
      // Whoever still listens hears an end, even when the log was lost under the stream.
      if (signal.aborted) return;
      const failure = failureBeforeBegin(understand(accepted, thrown));
      yield { type: 'failed', generationId, seq: seq + 1, failure };
    } finally {
      leaveStreams();
      generation.leave();
    }
  }

  return {
    async generate(request, caller, signal) {
      const leaveCalls = calls.enter();
      try {
        return await generate(request, caller, signal);
      } finally {
        leaveCalls();
      }
    },

    async *generateStream(request, caller, options) {
      const leaveCalls = calls.enter();
      try {
        yield* generateStream(request, caller, options);
      } finally {
        leaveCalls();
      }
    },

    async preview(request, caller) {
      try {
        return await previewPlan(deps, request, await planGeneration(deps, request, caller));
      } catch (thrown) {
        return previewRefusal(toGatewayError(thrown));
      }
    },

    activity: () => ({ generations: runs.size, subscribers: streams.count() }),

    async drain(deadline) {
      draining = true;
      await calls.untilNone(deadline);
      for (const run of runs) run.stop(shuttingDown());
      await Promise.allSettled([...runs].map((run) => run.ended));
      await calls.untilNone(AbortSignal.timeout(FAREWELL_MS));
    },
  };
}
