import type { Fallback, RoutingDecision } from '../router/port.ts';
import type { Accepted, Generation, GenerationOutcome } from './accepted.ts';
import { type Baseline, timingOfRun, usageOfJoin, usageOfRun } from './accounts.ts';
import type { GenerationDecision, GenerationEvent, GenerationSnapshot } from './generation.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';
import type { RunEnd, RunEvent, RunLog } from './run-log.ts';

/** How far a run came, as its log tells. `end` is null while it goes on. */
type Progress = { readonly text: string; readonly reasoning: string; readonly end: RunEnd | null };

/** A generation that listens to a run. What it tells is read from the run's log and rendered for this request. */
export function liveGeneration(
  accepted: Accepted,
  plan: Extract<Plan, { from: 'model' }>,
  run: Run,
  log: RunLog,
  baseline: Baseline,
): Generation {
  const generationId = accepted.id;
  const joined = plan.cache.outcome === 'JOINED';

  async function* events(afterSeq: number, signal: AbortSignal) {
    for await (const event of log.read(run.id, afterSeq, signal)) {
      const rendered = await render(event, signal);
      if (rendered !== null) yield rendered;
    }
  }

  /** Null for what is the run's own and has no event of its kind. */
  async function render(event: RunEvent, signal: AbortSignal): Promise<GenerationEvent | null> {
    const { seq } = event;
    switch (event.type) {
      case 'started':
        return {
          type: 'started',
          generationId,
          seq,
          cached: false,
          model: event.model,
          decision: decisionOf(plan, [], null),
        };
      case 'text':
        return { type: 'delta', generationId, seq, offset: event.offset, text: event.text };
      case 'reasoning':
        return null;
      case 'reset':
        return {
          type: 'reset',
          generationId,
          seq,
          reason: reasonOf(event.fallbacks),
          model: event.model,
          decision: decisionOf(plan, event.fallbacks, null),
        };
      case 'ended':
        return terminalEvent(await result(signal), seq);
    }
  }

  async function result(signal: AbortSignal): Promise<GenerationSnapshot> {
    const { text, reasoning, end } = await fold(log.read(run.id, -1, signal));
    if (end === null) throw signal.reason;
    const outcome = toOutcome(end);
    return {
      ...outcome,
      text,
      reasoning: reasoning === '' ? null : reasoning,
      failure: end.failure && { ...end.failure, partialText: text, usage: outcome.usage },
    };
  }

  function toOutcome(end: RunEnd): GenerationOutcome {
    return {
      id: generationId,
      status: end.status,
      finishReason: end.finishReason,
      failureCode: end.failure?.code ?? null,
      cached: false,
      model: end.model,
      askedModel: joined ? null : (plan.route.candidates[end.fallbacks.length]?.model ?? null),
      usage: joined
        ? usageOfJoin(end, plan.prompt.decision, baseline)
        : usageOfRun(end, plan.prompt.decision, baseline),
      timing: timingOfRun(end, run.startedAt - accepted.at),
      decision: decisionOf(plan, end.fallbacks, end.servedModel),
    };
  }

  return {
    id: generationId,
    events,
    result,
    leave: run.leave,
    outcome: run.ended.then(toOutcome),
  };
}

async function fold(events: AsyncIterable<RunEvent>): Promise<Progress> {
  let text = '';
  let reasoning = '';
  let end: RunEnd | null = null;
  for await (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'reasoning') reasoning += event.text;
    else if (event.type === 'reset') text = reasoning = '';
    else if (event.type === 'ended') end = event.end;
  }
  return { text, reasoning, end };
}

function terminalEvent(generation: GenerationSnapshot, seq: number): GenerationEvent {
  const { id: generationId, failure } = generation;
  if (failure === null) return { type: 'finished', generationId, seq, generation };
  return { type: 'failed', generationId, seq, failure: { ...failure, generation } };
}

function decisionOf(
  plan: Extract<Plan, { from: 'model' }>,
  fallbacks: readonly Fallback[],
  servedModel: string | null,
): GenerationDecision {
  const { candidates, ...route } = plan.route;
  // The candidates before the one that is asked now are the ones that fell back.
  const tier = candidates[fallbacks.length]?.tier ?? null;
  const routing: RoutingDecision = { ...route, tier, servedModel, fallbacks };
  return { cache: plan.cache, routing, prompt: plan.prompt.decision };
}

function reasonOf(fallbacks: readonly Fallback[]): string {
  const failed = fallbacks.at(-1);
  return failed === undefined
    ? 'Another model took over.'
    : `${failed.model} failed with ${failed.code}; another model took over.`;
}
