import { plainDecision } from '../cache/decision.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Accepted, Generation } from './accepted.ts';
import type { AccountsDeps } from './accounts.ts';
import type { Answer } from './ask.ts';
import { cachedGeneration } from './cached-generation.ts';
import { liveGeneration } from './live-generation.ts';
import { type ModelPlan, type Plan, type PlanDeps, planGeneration } from './plan.ts';
import { type Run, type RunDeps, type StartedRun, startRun } from './run.ts';
import type { RunsInFlight, SeatInRun } from './runs-in-flight.ts';

export type BeginDeps = PlanDeps &
  RunDeps &
  AccountsDeps & {
    readonly newId: () => string;
    readonly inFlight: RunsInFlight;
    /** Hears of every run as it starts. */
    readonly onRun: (run: Run) => void;
  };

/**
 * Plans a request, and starts or joins what answers it. The generation has one listener, the caller: whoever calls
 * this calls `leave` in the end.
 *
 * @throws GatewayError when the request is refused
 */
export async function beginGeneration(deps: BeginDeps, accepted: Accepted): Promise<Generation> {
  const plan = await planGeneration(deps, accepted.request, accepted.caller);
  if (plan.from === 'cache') {
    return cachedGeneration(deps, accepted, plan, deps.clock.elapsed() - accepted.at);
  }
  const seated = await joinOrStart(deps, accepted, plan);
  const followed = seated.joined ? { ...plan, cache: plainDecision('JOINED') } : plan;
  return liveGeneration(deps, accepted, followed, seated);
}

/** Equal questions in flight share one run. Who bypasses the cache wants an answer of his own. */
async function joinOrStart(
  deps: BeginDeps,
  accepted: Accepted,
  plan: ModelPlan,
): Promise<SeatInRun> {
  const start = () => startPlanned(deps, accepted, plan);
  if (accepted.request.cache.mode !== 'BYPASS') {
    return deps.inFlight.joinOrStart(plan.question.key, start);
  }
  return { ...(await start()), joined: false };
}

async function startPlanned(
  deps: BeginDeps,
  accepted: Accepted,
  plan: ModelPlan,
): Promise<StartedRun> {
  const started = await startRun(deps, {
    id: deps.newId(),
    candidates: plan.route.candidates,
    call: callFor(accepted, plan),
    inputTokens: plan.prompt.decision.inputTokensAfter,
    beforeEnd: (answer) => keepWholeAnswer(deps, plan, answer),
  });
  deps.onRun(started.run);
  return started;
}

function callFor({ request }: Accepted, { prompt }: Plan) {
  const { maxTokens, temperature, topP, stop, seed, responseFormat } = request;
  const { system, messages } = prompt;
  return { system, messages, maxTokens, temperature, topP, stop, seed, responseFormat };
}

/**
 * Only a whole answer may serve others: one that ended by itself, not by length, filter or failure. An empty
 * one is taken for a hiccup.
 */
async function keepWholeAnswer(deps: BeginDeps, plan: Plan, { end, text, reasoning }: Answer) {
  if (end.status !== 'FINISHED' || end.finishReason !== 'STOP' || text === '') return;
  await deps.cache.keep(plan.question, {
    text,
    reasoning: reasoning === '' ? null : reasoning,
    model: end.model,
    usage: end.servedUsage,
  });
}

/** What a request is told that comes, or is still running, when the process ends. */
export function shuttingDown(): GatewayError {
  return new GatewayError('SHUTTING_DOWN', 'This server is shutting down; ask again.', {
    retryable: true,
  });
}
