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
import type { Decided } from './plan.ts';
import type { Run } from './run.ts';
import type { RunCut, RunEnd, RunEvent, RunReset } from './run-log.ts';
import { currentCall, fallbacksOf, type RunProgress } from './run-progress.ts';

/** What a run's log says, in the words of one of its generations. */
export function createRendering(
  deps: AccountsDeps,
  accepted: Accepted,
  decided: Decided,
  { run, joined }: { run: Run; joined: boolean },
) {
  const generationId = accepted.id;
  const { prompt } = decided;
  const beforeRunMs = run.startedAt - accepted.at;

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
        yield { type: 'reset', generationId, seq, reason: reasonOf(logged), model, decision };
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
      usage: joined ? NOTHING_USED : usageSoFar(progress, prompt, deps),
      timing: timingSoFar(now - accepted.at, beforeRunMs, run.firstTextMs()),
    };
  }

  /**
   * @param progress up to the cut
   * @param end of the run, when it is over: what it took is known from then on
   */
  function cancelled(cut: RunCut, progress: RunProgress, end: RunEnd | null): GenerationSnapshot {
    const usage = end === null ? usageSoFar(progress, prompt, deps) : usageOfCut(end);
    const used = joined ? NOTHING_USED : usage;
    const { text } = currentCall(progress);
    return {
      ...soFar(progress),
      status: 'CANCELLED',
      failure: { ...cut.failure, partialText: text, usage: used },
      usage: used,
      timing: timingOfCut(cut),
    };
  }

  function usageOfCut(end: RunEnd): GenerationUsage {
    return usageOfRun({ ...end, status: 'CANCELLED' }, prompt, deps);
  }

  function timingOfCut({ afterMs, firstTokenMs }: RunCut) {
    return timingSoFar(afterMs + beforeRunMs, beforeRunMs, firstTokenMs);
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

  function outcome(end: RunEnd): GenerationOutcome {
    return {
      id: generationId,
      status: end.status,
      finishReason: end.finishReason,
      failure: end.failure,
      cached: false,
      model: end.model,
      askedModel: joined ? null : askedModel(end.fallbacks),
      usage: joined ? usageOfJoin(end, prompt, deps) : usageOfRun(end, prompt, deps),
      timing: timingOfRun(end, beforeRunMs),
      decision: decisionOf(end.fallbacks, end.servedModel),
    };
  }

  /** Who called the model answers for all of the call; @param end is null for who joined. */
  function cancelledOutcome(cut: RunCut, end: RunEnd | null): GenerationOutcome {
    const fallbacks = end?.fallbacks ?? [];
    return {
      id: generationId,
      status: 'CANCELLED',
      finishReason: null,
      failure: cut.failure,
      cached: false,
      model: end?.model ?? null,
      askedModel: end === null || joined ? null : askedModel(fallbacks),
      usage: end === null || joined ? NOTHING_USED : usageOfCut(end),
      timing: timingOfCut(cut),
      decision: decisionOf(fallbacks, end?.servedModel ?? null),
    };
  }

  function askedModel(fallbacks: readonly Fallback[]): string | null {
    return decided.route.candidates[fallbacks.length]?.model ?? null;
  }

  function decisionOf(
    fallbacks: readonly Fallback[],
    servedModel: string | null,
  ): GenerationDecision {
    const { candidates, ...route } = decided.route;
    // The candidates before the one that is asked now are the ones that fell back.
    const tier = candidates[fallbacks.length]?.tier ?? null;
    const routing: RoutingDecision = { ...route, tier, servedModel, fallbacks };
    return { cache: decided.cache, routing, prompt };
  }

  return {
    events,
    terminalEvent,
    ended,
    running,
    cancelled,
    outcome,
    cancelledOutcome,
  };
}

function outputOf(progress: RunProgress) {
  const { text, reasoning } = currentCall(progress);
  return { text, reasoning: reasoning === '' ? null : reasoning };
}

function reasonOf({ cause, fallbacks }: RunReset): string {
  if (cause === 'takeOver') return 'The server that answered was lost; another begins anew.';
  const failed = fallbacks.at(-1);
  return failed === undefined
    ? 'Another model took over.'
    : `${failed.model} failed with ${failed.code}; another model took over.`;
}
