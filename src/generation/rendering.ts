import { failureFields, type GatewayError } from '../domain/errors.ts';
import type { Fallback, RoutingDecision } from '../router/port.ts';
import type { Accepted, GenerationOutcome } from './accepted.ts';
import {
  type AccountsDeps,
  NOTHING_USED,
  timingOfRun,
  timingSoFar,
  usageOfJoin,
  usageOfRun,
  usageSoFar,
} from './accounts.ts';
import type {
  GenerationDecision,
  GenerationEvent,
  GenerationSnapshot,
  GenerationUsage,
} from './generation.ts';
import type { ModelPlan } from './plan.ts';
import type { Run } from './run.ts';
import type { RunEnd, RunEvent } from './run-log.ts';
import { currentCall, type RunProgress } from './run-progress.ts';

export type RenderingDeps = AccountsDeps;

/** A generation was cancelled while its run went on. */
export type Cancellation = {
  readonly reason: GatewayError;
  /** What had come by then: all that the generation will ever tell. */
  readonly progress: RunProgress;
  /** On `Clock.elapsed`. */
  readonly at: number;
  readonly firstTextMs: number | null;
};

/** What a run's log says, in the words of one of its generations. */
export type Rendering = ReturnType<typeof createRendering>;

export function createRendering(
  deps: RenderingDeps,
  accepted: Accepted,
  plan: ModelPlan,
  { run, joined }: { run: Run; joined: boolean },
) {
  const generationId = accepted.id;
  const prompt = plan.prompt.decision;
  const beforeRunMs = run.startedAt - accepted.at;
  let settled: RunEnd | null = null;

  /** None for what is the run's own and has no event of its kind; `ended` is told by `terminalEvent`. */
  function* events(logged: RunEvent): Iterable<GenerationEvent> {
    const { seq } = logged;
    switch (logged.type) {
      case 'started': {
        const decision = decisionOf([], null);
        yield { type: 'started', generationId, seq, cached: false, model: logged.model, decision };
        break;
      }
      case 'text':
        yield { type: 'delta', generationId, seq, offset: logged.offset, text: logged.text };
        break;
      case 'reset': {
        const { model, fallbacks } = logged;
        const decision = decisionOf(fallbacks, null);
        yield { type: 'reset', generationId, seq, reason: reasonOf(fallbacks), model, decision };
        break;
      }
    }
  }

  function terminalEvent(generation: GenerationSnapshot, seq: number): GenerationEvent {
    const { failure } = generation;
    if (failure === null) return { type: 'finished', generationId, seq, generation };
    return { type: 'failed', generationId, seq, failure: { ...failure, generation } };
  }

  function ended(progress: RunProgress, end: RunEnd): GenerationSnapshot {
    const { askedModel: _, ...told } = outcome(end);
    const { text } = currentCall(progress);
    return {
      ...told,
      ...outputOf(progress),
      failure: end.failure && { ...end.failure, partialText: text, usage: told.usage },
    };
  }

  function running(progress: RunProgress, now: number): GenerationSnapshot {
    return {
      ...soFar(progress),
      status: 'RUNNING',
      failure: null,
      usage: usage(progress),
      timing: timingSoFar(now - accepted.at, beforeRunMs, run.firstTextMs()),
    };
  }

  function cancelled({ reason, progress, at, firstTextMs }: Cancellation): GenerationSnapshot {
    const used = usage(progress);
    const { text } = currentCall(progress);
    return {
      ...soFar(progress),
      status: 'CANCELLED',
      failure: { ...failureFields(reason), partialText: text, usage: used },
      usage: used,
      timing: timingSoFar(at - accepted.at, beforeRunMs, firstTextMs),
    };
  }

  function soFar(progress: RunProgress) {
    const { model, text } = currentCall(progress);
    const fallbacks = fallbacksOf(progress);
    const servedModel = text === '' ? null : model;
    return {
      id: generationId,
      ...outputOf(progress),
      finishReason: null,
      cached: false,
      model: servedModel,
      decision: decisionOf(fallbacks, servedModel),
    };
  }

  /** What this generation has to answer for, as far as that is known. */
  function usage(progress: RunProgress): GenerationUsage {
    if (joined) return NOTHING_USED;
    if (settled !== null) return usageOfRun({ ...settled, status: 'CANCELLED' }, prompt, deps);
    return usageSoFar(progress, prompt, deps);
  }

  function outcome(end: RunEnd): GenerationOutcome {
    return {
      id: generationId,
      status: end.status,
      finishReason: end.finishReason,
      failure: end.failure,
      cached: false,
      model: end.model,
      askedModel: joined ? null : (plan.route.candidates[end.fallbacks.length]?.model ?? null),
      usage: joined ? usageOfJoin(end, prompt, deps) : usageOfRun(end, prompt, deps),
      timing: timingOfRun(end, beforeRunMs),
      decision: decisionOf(end.fallbacks, end.servedModel),
    };
  }

  function cancelledOutcome(cancellation: Cancellation): GenerationOutcome {
    const { text: _, reasoning: __, failure, ...told } = cancelled(cancellation);
    const { model } = currentCall(cancellation.progress);
    return { ...told, status: 'CANCELLED', failure, askedModel: joined ? null : model };
  }

  function decisionOf(
    fallbacks: readonly Fallback[],
    servedModel: string | null,
  ): GenerationDecision {
    const { candidates, ...route } = plan.route;
    // The candidates before the one that is asked now are the ones that fell back.
    const tier = candidates[fallbacks.length]?.tier ?? null;
    const routing: RoutingDecision = { ...route, tier, servedModel, fallbacks };
    return { cache: plan.cache, routing, prompt };
  }

  return {
    events,
    terminalEvent,
    ended,
    running,
    cancelled,
    outcome,
    cancelledOutcome,
    /** The run is over: what it took is known from now on, also to who was cancelled before. */
    settle(end: RunEnd) {
      settled = end;
    },
  };
}

function outputOf(progress: RunProgress) {
  const { text, reasoning } = currentCall(progress);
  return { text, reasoning: reasoning === '' ? null : reasoning };
}

function fallbacksOf({ calls }: RunProgress): Fallback[] {
  return calls.flatMap(({ model, failure }) =>
    failure === null ? [] : [{ model, code: failure }],
  );
}

function reasonOf(fallbacks: readonly Fallback[]): string {
  const failed = fallbacks.at(-1);
  return failed === undefined
    ? 'Another model took over.'
    : `${failed.model} failed with ${failed.code}; another model took over.`;
}
