import { type GatewayError, toGatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { RequestRecord } from '../telemetry/statistics.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { Accepted, Generation } from './accepted.ts';
import { type BeginDeps, beginGeneration, shuttingDown } from './begin.ts';
import { createCallCount } from './call-count.ts';
import { failureWithoutGeneration } from './failure.ts';
import type { GenerationEvent, GenerationFailure } from './generation.ts';
import { planGeneration } from './plan.ts';
import { type PreviewDeps, previewPlan, previewRefusal } from './preview.ts';
import { recordOf, recordOfRefusal } from './record.ts';
import type { Run } from './run.ts';
import { createRunsInFlight } from './runs-in-flight.ts';
import type { GenerateResult, GenerationService } from './service.ts';

/** How long after the last run was stopped its listeners may take to hear of it. */
const FAREWELL_MS = 1_000;

export type GenerationDeps = Omit<BeginDeps, 'onRun' | 'inFlight'> &
  PreviewDeps & {
    /** Hears of every request once, when it has ended. Must not throw. */
    readonly report: (record: RequestRecord, generationId: string) => void;
  };

export function createGenerationService(deps: GenerationDeps): GenerationService {
  const { clock, logger } = deps;
  const runs = new Set<Run>();
  const generations = createCallCount();
  const calls = createCallCount();
  const streams = createCallCount();
  const beginDeps: BeginDeps = { ...deps, inFlight: createRunsInFlight(), onRun: watch };
  let draining = false;
  let stopping = false;

  function accept(request: GenerationRequest, caller: Principal): Accepted {
    return { id: deps.newId(), request, caller, at: clock.elapsed() };
  }

  async function begin(accepted: Accepted): Promise<Generation> {
    if (draining) throw shuttingDown();
    const generation = await beginGeneration(beginDeps, accepted);
    const end = generations.enter();
    generation.outcome.then(end, end);
    generation.outcome.then(
      (outcome) => deps.report(recordOf(accepted, outcome, clock.now()), accepted.id),
      (error: unknown) => logger.error({ error, generationId: accepted.id }, 'run lost'),
    );
    return generation;
  }

  function watch(run: Run) {
    // Its request was being planned when the others were stopped.
    if (stopping) run.stop(shuttingDown());
    runs.add(run);
    const forget = () => runs.delete(run);
    run.ended.then(forget, forget);
  }

  function refuse(accepted: Accepted, thrown: unknown): GenerationFailure {
    const refusal = understand(accepted, thrown);
    const record = recordOfRefusal(accepted, refusal, clock.now(), clock.elapsed() - accepted.at);
    deps.report(record, accepted.id);
    return failureWithoutGeneration(refusal);
  }

  function understand(accepted: Accepted | null, thrown: unknown): GatewayError {
    const error = toGatewayError(thrown);
    if (error.code === 'INTERNAL') {
      logger.error({ error, generationId: accepted?.id }, 'generation failed in an unforeseen way');
    }
    return error;
  }

  /** What a caller is told when `thrown` kept a generation from beginning, or was thrown in the midst of it. */
  function failureOf(accepted: Accepted, generation: Generation | null, thrown: unknown) {
    return generation === null
      ? refuse(accepted, thrown)
      : failureWithoutGeneration(understand(accepted, thrown));
  }

  async function generate(
    request: GenerationRequest,
    caller: Principal,
    signal: AbortSignal,
  ): Promise<GenerateResult> {
    const accepted = accept(request, caller);
    const leaveCalls = calls.enter();
    let generation: Generation | null = null;
    try {
      generation = await begin(accepted);
      const ended = await generation.result(signal);
      return ended.failure === null
        ? { kind: 'generation', generation: ended }
        : { kind: 'failure', failure: { ...ended.failure, generation: ended } };
    } catch (thrown) {
      if (signal.aborted) throw signal.reason;
      return { kind: 'failure', failure: failureOf(accepted, generation, thrown) };
    } finally {
      generation?.leave();
      leaveCalls();
    }
  }

  async function* generateStream(
    request: GenerationRequest,
    caller: Principal,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationEvent, void> {
    const accepted = accept(request, caller);
    const leaves = [calls.enter(), streams.enter()];
    const { id: generationId } = accepted;
    let generation: Generation | null = null;
    let seq = -1;
    try {
      generation = await begin(accepted);
      for await (const event of generation.events(seq, signal)) {
        seq = event.seq;
        yield event;
      }
    } catch (thrown) {
      // Whoever still listens hears an end, even when the log was lost under the stream.
      const failure = failureOf(accepted, generation, thrown);
      if (!signal.aborted) yield { type: 'failed', generationId, seq: seq + 1, failure };
    } finally {
      generation?.leave();
      for (const leave of leaves) leave();
    }
  }

  return {
    generate,
    generateStream,

    async preview(request, caller) {
      try {
        return await previewPlan(deps, request, await planGeneration(deps, request, caller));
      } catch (thrown) {
        return previewRefusal(understand(null, thrown));
      }
    },

    activity: () => ({ generations: generations.count(), subscribers: streams.count() }),

    async drain(deadline) {
      draining = true;
      await calls.untilNone(deadline);
      stopping = true;
      for (const run of runs) run.stop(shuttingDown());
      await Promise.allSettled([...runs].map((run) => run.ended));
      await calls.untilNone(AbortSignal.timeout(FAREWELL_MS));
    },
  };
}
