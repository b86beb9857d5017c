import { plainDecision } from '../cache/decision.ts';
import type { GenerationRequest } from '../domain/request.ts';
import type { NoteRouted } from '../router/outcomes/note-outcomes.ts';
import type { Accepted, AcceptedRequest, Generation } from './accepted.ts';
import type { AccountsDeps } from './accounts.ts';
import { cachedGeneration, snapshotOfHit } from './cached-generation.ts';
import type { GenerationRecords } from './generation-record.ts';
import { type LiveGenerationDeps, liveGeneration } from './live-generation.ts';
import {
  type CachePlan,
  type ModelPlan,
  type Plan,
  type PlanDeps,
  planGeneration,
} from './plan.ts';
import { runIdOf } from './run-id.ts';
import type { RunSpec } from './run-spec.ts';
import type { Runs } from './runs.ts';
import type { Spending } from './spending.ts';

export type BeginDeps = PlanDeps &
  AccountsDeps &
  LiveGenerationDeps & {
    readonly newId: () => string;
    readonly runs: Runs;
    readonly records: GenerationRecords;
    readonly spending: Spending;
    /** Hears which tier was chosen for a request, before a model is asked. Must not throw. */
    readonly onRouted: NoteRouted;
  };

/**
 * Plans a request, and starts or joins what answers it. The generation has one listener, the caller: whoever calls
 * this calls `leave` or `handOver` in the end. Other processes can find it when this resolves.
 *
 * @throws GatewayError when the request is refused
 */
export async function beginGeneration(
  deps: BeginDeps,
  accepted: AcceptedRequest,
): Promise<Generation> {
  const plan = await planGeneration(deps, accepted.request, accepted.caller);
  return plan.from === 'cache'
    ? beginFromCache(deps, accepted, plan)
    : beginFromModel(deps, accepted, plan);
}

function beginFromCache(deps: BeginDeps, accepted: AcceptedRequest, plan: CachePlan): Generation {
  const snapshot = snapshotOfHit(deps, accepted, plan, deps.clock.elapsed() - accepted.at);
  // A hit waits for nobody: in the worst case it is known in this process alone.
  void deps.records.save({ ...headOf(deps, accepted), from: 'cache', snapshot });
  return cachedGeneration(accepted, snapshot, unitsOf(accepted.request));
}

async function beginFromModel(
  deps: BeginDeps,
  accepted: AcceptedRequest,
  plan: ModelPlan,
): Promise<Generation> {
  const leave = await deps.spending.enter(accepted.caller, accepted.id);
  try {
    const generation = await joinOrStart(deps, accepted, plan);
    generation.ended.then(leave);
    return generation;
  } catch (refusal) {
    leave();
    throw refusal;
  }
}

async function joinOrStart(
  deps: BeginDeps,
  accepted: AcceptedRequest,
  plan: ModelPlan,
): Promise<Generation> {
  const { id, request, caller } = accepted;
  if (plan.choice !== null) deps.onRouted(id, request, caller, plan.choice);
  const spec = specFor(deps, accepted, plan);
  const expense = deps.spending.expenseOf(accepted.caller, accepted.id, spec.question);
  const { run, seat, joined } = await deps.runs.joinOrStart(spec, expense);
  const record = joined ? recordOfJoin(spec, run.id) : spec.startedBy;
  await deps.records.save(record);
  const held = unitsOf(accepted.request);
  return liveGeneration(deps, accepted, record.decided, { run, seat, joined }, held);
}

/** Equal questions in flight share one run. Who bypasses the cache wants an answer of his own. */
function specFor(deps: BeginDeps, accepted: AcceptedRequest, plan: ModelPlan): RunSpec {
  const { cache, question, route, prompt } = plan;
  const id = runIdOf(question, deps.newId());
  const decided = { cache, route, prompt: prompt.decision };
  return {
    id,
    shared: accepted.request.cache.mode !== 'BYPASS',
    question: {
      candidates: route.candidates,
      call: callFor(deps, accepted, plan),
      inputTokens: prompt.decision.inputTokensAfter,
    },
    cacheQuestion: question,
    startedAt: deps.clock.now(),
    startedBy: { ...headOf(deps, accepted), from: 'run', runId: id, joined: false, decided },
  };
}

function recordOfJoin({ startedBy }: RunSpec, runId: string) {
  const decided = { ...startedBy.decided, cache: plainDecision('JOINED') };
  return { ...startedBy, runId, joined: true, decided };
}

function headOf({ clock }: BeginDeps, { id, tenant, namespace, at, detached }: Accepted) {
  const acceptedAt = clock.now() - (clock.elapsed() - at);
  return { id, tenant, namespace, acceptedAt, detached };
}

function callFor({ spending }: BeginDeps, accepted: AcceptedRequest, { prompt }: Plan) {
  const { tenant, caller, request } = accepted;
  const { temperature, topP, stop, seed, responseFormat } = request;
  const maxTokens = spending.maxTokensOf(caller, request.maxTokens);
  const { system, messages } = prompt;
  const parameters = { maxTokens, temperature, topP, stop, seed, responseFormat };
  return { tenant, system, messages, ...parameters };
}

/** What a request holds in UTF-16 units. */
function unitsOf(request: GenerationRequest): number {
  const { prompt, system, history, stop, responseFormat, idempotencyKey } = request;
  const schema = responseFormat.kind === 'JSON_SCHEMA' ? responseFormat.jsonSchema : '';
  const texts = [prompt, system ?? '', schema, idempotencyKey ?? '', ...stop];
  for (const { content } of history) texts.push(content);
  return texts.reduce((sum, { length }) => sum + length, 0);
}
