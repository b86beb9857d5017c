import { GatewayError, toGatewayError } from '../domain/errors.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { RequestRecord } from '../telemetry/statistics.ts';
import type { Principal } from '../tenancy/principal.ts';
import type { Accepted, AcceptedRequest, Generation } from './accepted.ts';
import { type BeginDeps, beginGeneration } from './begin.ts';
import { createCallCount } from './call-count.ts';
import { createGenerationErasing } from './erase-generations.ts';
import { failureWithoutGeneration, unknownGeneration } from './failure.ts';
import { findGenerations } from './find-generations.ts';
import type { GenerationEvent, GenerationSnapshot } from './generation.ts';
import { createIdempotencyKeys } from './idempotency.ts';
import { type AnswerTakingDeps, answerTaking } from './keep-answer.ts';
import { keepGenerations } from './kept-generations.ts';
import type { Peers } from './peers.ts';
import { planGeneration } from './plan.ts';
import { type PreviewDeps, previewPlan, previewRefusal } from './preview.ts';
import { createReports } from './reports.ts';
import type { RunDeps } from './run.ts';
import { RunUnknown } from './run-log.ts';
import type { RunSpec } from './run-spec.ts';
import { createRuns } from './runs.ts';
import { createRunsUnderWay } from './runs-under-way.ts';
import type { GenerateResult, GenerationService } from './service.ts';
import { HandedOver, shuttingDown } from './shutting-down.ts';
import { untilAborted } from './until-aborted.ts';

/** How long after the last run was stopped its listeners may take to hear of it. */
const FAREWELL_MS = 1_000;

export type GenerationDeps = Omit<BeginDeps, 'runs' | 'records'> &
  Omit<RunDeps, 'beforeEnd' | 'onTakenOver'> &
  PreviewDeps &
  AnswerTakingDeps &
  Peers & {
    /** How long a generation that has ended is known. */
    readonly keepMs: number;
    /** Bound on what is kept of those that have ended, run logs apart. */
    readonly keepBytes: number;
    /** Hears of every request once, when it has ended. Must not throw. */
    readonly report: (record: RequestRecord, generationId: string) => void;
  };

export function createGenerationService(deps: GenerationDeps): GenerationService {
  const { clock } = deps;
  const reports = createReports(deps);
  const underWay = createRunsUnderWay();
  const generations = createCallCount();
  const calls = createCallCount();
  const streams = createCallCount();
  /** The generations that a stream has told of. */
  const streamed = new Set<string>();
  const runs = createRuns({
    ...deps,
    onRun: underWay.add,
    beforeEnd: answerTaking(deps),
    onTakenOver: adopt,
  });
  const kept = keepGenerations({ ...deps, maxBytes: deps.keepBytes, onForgotten: forget });
  const known = findGenerations({
    ...deps,
    runs,
    kept,
    onFound: (found) => awaitEnd(found, false),
  });
  const keys = createIdempotencyKeys({ shared: deps.keys, find: known.find, clock });
  const beginDeps: BeginDeps = { ...deps, runs };
  let draining = false;

  function accept(
    request: GenerationRequest,
    caller: Principal,
    { detached = false } = {},
  ): AcceptedRequest {
    const { namespace } = request.cache;
    const at = clock.elapsed();
    return { id: deps.newId(), tenant: caller.tenant, namespace, at, detached, request, caller };
  }

  /** Whoever calls this calls `leave` or `handOver` of the generation in the end. */
  function attachOrBegin(accepted: AcceptedRequest) {
    return keys.attachOrBegin(accepted, () => begin(accepted));
  }

  async function begin(accepted: AcceptedRequest): Promise<Generation> {
    if (draining) throw shuttingDown();
    await deps.spending.admit(accepted.caller);
    const generation = await beginGeneration(beginDeps, accepted);
    // What hears of its end first still finds its key.
    awaitEnd(generation, true);
    kept.add(generation);
    return generation;
  }

  function awaitEnd(generation: Generation, acceptedHere: boolean) {
    const { accepted, ended, outcome } = generation;
    if (acceptedHere) ended.then(generations.enter());
    const settle = () => keys.settle(accepted.id);
    outcome.then(settle, settle);
    reports.awaitEnd(generation, acceptedHere);
  }

  /** Whoever streams comes back with the connection; whoever waits for one answer asks anew. */
  function isStreamed(generationId: string): boolean {
    return streamed.has(generationId);
  }

  function adopt(spec: RunSpec) {
    reports.answerFor(spec.startedBy.id);
    deps.spending.answerFor(spec.startedBy.id);
    known.adopt(spec.startedBy).catch((thrown) => reports.understand(spec.startedBy.id, thrown));
  }

  function forget({ id }: Accepted) {
    keys.forget(id);
    deps.ratings.forget(id);
    streamed.delete(id);
  }

  function refusal(accepted: Accepted, thrown: unknown) {
    return failureWithoutGeneration(reports.refuse(accepted, thrown));
  }

  /** What a caller is told when `thrown` kept a generation from beginning, or was thrown in the midst of it. */
  function failureOf(accepted: Accepted, generation: Generation | null, thrown: unknown) {
    return generation === null
      ? refusal(accepted, thrown)
      : failureWithoutGeneration(reports.understand(generation.accepted.id, thrown));
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
      ({ generation } = await attachOrBegin(accepted));
      return toResult(await generation.result(signal));
    } catch (thrown) {
      if (signal.aborted && generation !== null) throw signal.reason;
      const failure = failureOf(accepted, generation, thrown);
      if (signal.aborted) throw signal.reason;
      return { kind: 'failure', failure };
    } finally {
      generation?.leave();
      leaveCalls();
    }
  }

  async function start(request: GenerationRequest, caller: Principal): Promise<GenerateResult> {
    const accepted = accept(request, caller, { detached: true });
    let generation: Generation | null = null;
    try {
      ({ generation } = await attachOrBegin(accepted));
      // Nobody waits for it, and yet a drain should.
      generation.ended.then(calls.enter());
      return toResult(await generation.snapshot());
    } catch (thrown) {
      return { kind: 'failure', failure: failureOf(accepted, generation, thrown) };
    } finally {
      generation?.handOver();
    }
  }

  async function* generateStream(
    request: GenerationRequest,
    caller: Principal,
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationEvent, void> {
    const accepted = accept(request, caller);
    const leave = enterStream();
    try {
      const { generation, attached } = await attachOrBegin(accepted);
      yield* listen(generation, attached ? afterSeq : -1, signal, leave);
    } catch (thrown) {
      const { id: generationId } = accepted;
      const failure = refusal(accepted, thrown);
      if (!signal.aborted) yield { type: 'failed', generationId, seq: afterSeq + 1, failure };
    } finally {
      leave();
    }
  }

  async function* resume(
    generationId: string,
    caller: Principal,
    afterSeq: number,
    signal: AbortSignal,
  ): AsyncGenerator<GenerationEvent, void> {
    const leave = enterStream();
    try {
      const found = await known.find(generationId, caller.tenant).catch(toGatewayError);
      if (found === null || found instanceof GatewayError) {
        const failure = failureWithoutGeneration(found ?? unknownGeneration());
        yield { type: 'failed', generationId, seq: afterSeq + 1, failure };
        return;
      }
      found.enter();
      yield* listen(found, afterSeq, signal, leave);
    } finally {
      leave();
    }
  }

  /** One more stream, until the result is called; it may be called more than once. */
  function enterStream(): () => void {
    const leaves = [calls.enter(), streams.enter()];
    return () => {
      for (const leave of leaves.splice(0)) leave();
    };
  }

  /** To be called with a listener's place, which is left in the end. */
  async function* listen(
    generation: Generation,
    afterSeq: number,
    signal: AbortSignal,
    leaveStream: () => void,
  ): AsyncGenerator<GenerationEvent, void> {
    const { id: generationId } = generation.accepted;
    let seq = afterSeq;
    streamed.add(generationId);
    try {
      for await (const event of generation.events(afterSeq, signal)) {
        seq = event.seq;
        yield event;
      }
    } catch (thrown) {
      if (thrown instanceof HandedOver) {
        // Told nothing: the connection closes with this process, and the client comes back to another.
        leaveStream();
        await untilAborted(signal);
      }
      if (signal.aborted) return;
      // Whoever still listens hears an end, even when the log was lost under the stream.
      const failure = failureWithoutGeneration(reports.understand(generationId, thrown));
      yield { type: 'failed', generationId, seq: seq + 1, failure };
    } finally {
      generation.leave();
    }
  }

  async function find(generationId: string, caller: Principal): Promise<GenerationSnapshot | null> {
    try {
      const generation = await known.find(generationId, caller.tenant);
      return (await generation?.snapshot()) ?? null;
    } catch (thrown) {
      if (thrown instanceof RunUnknown) return null;
      throw thrown;
    }
  }

  return {
    ...createGenerationErasing({ ...deps, kept }),
    generate,
    start,
    generateStream,
    resume,
    find,

    async cancel(generationId, caller) {
      const generation = await known.find(generationId, caller.tenant);
      await generation?.cancel().catch(() => {});
      return find(generationId, caller);
    },

    async preview(request, caller) {
      try {
        await deps.spending.admit(caller);
        return await previewPlan(deps, request, await planGeneration(deps, request, caller));
      } catch (thrown) {
        return previewRefusal(reports.understand(null, thrown));
      }
    },

    activity: () => ({ generations: generations.count(), subscribers: streams.count() }),

    async drain(deadline) {
      draining = true;
      await calls.untilNone(deadline);
      underWay.handOver(shuttingDown, isStreamed);
      // Long enough for all to hear of it, and no longer: a log that hangs does not keep the process.
      const farewell = AbortSignal.timeout(FAREWELL_MS);
      const all = [calls, underWay, reports];
      await Promise.all(all.map((each) => each.untilNone(farewell)));
    },
  };
}

function toResult(generation: GenerationSnapshot): GenerateResult {
  const { failure } = generation;
  return failure === null
    ? { kind: 'generation', generation }
    : { kind: 'failure', failure: { ...failure, generation } };
}
