import { systemClock } from '../../src/domain/clock.ts';
import { alone } from '../../src/generation/alone.ts';
import type { Answer } from '../../src/generation/ask.ts';
import { memoryRunLog } from '../../src/generation/memory-run-log.ts';
import { type Run, type RunDeps, startRun } from '../../src/generation/run.ts';
import type { RunLeases } from '../../src/generation/run-leases.ts';
import type { RunEvent } from '../../src/generation/run-log.ts';
import type { RunSpec } from '../../src/generation/run-spec.ts';
import { collect } from './collect.ts';
import { puppetUpstream } from './puppet-upstream.ts';
import { recordLogs } from './recorded-logs.ts';
import { sampleRunSpec } from './sample-run-spec.ts';

/** What a run needs, in front of a puppet, in a process that is alone unless `changes` says otherwise. */
export function openRunDeps(changes: Partial<RunDeps> = {}) {
  const upstream = puppetUpstream();
  const { logger, logs } = recordLogs();
  const answers: Answer[] = [];
  const takenOver: RunSpec[] = [];
  const deps: RunDeps = {
    upstream,
    log: memoryRunLog({ maxBytes: 1_000_000, keepMs: 60_000, clock: systemClock }),
    priceOf: (model, { inputTokens, outputTokens }) =>
      model === 'unpriced' ? null : (inputTokens + 2 * outputTokens) / 1_000_000,
    countTokens: (text) => text.length,
    clock: systemClock,
    logger,
    coalesceMs: 1,
    graceMs: 5_000,
    maxAnswerBytes: 1_000_000,
    beforeEnd: async (_spec, answer) => void answers.push(answer),
    onTakenOver: (spec) => void takenOver.push(spec),
    ...changes,
  };
  const events = (runId: string) =>
    collect<RunEvent>(deps.log.read(runId, -1, new AbortController().signal));
  return { deps, upstream, logs, answers, takenOver, events };
}

/** Begins a run in a process that owns what it claims. */
export async function claimAndStart(
  deps: RunDeps,
  leases: RunLeases = alone().leases,
  spec = sampleRunSpec(),
): Promise<Run> {
  const claimed = await leases.claim(spec);
  if (!claimed.owned) throw new Error(`The run ${claimed.runId} answers the question.`);
  return startRun(deps, claimed.lease, claimed.token);
}

/** What the log says of the answer that stands. */
export function textOf(events: readonly RunEvent[]): string {
  let text = '';
  for (const event of events) {
    if (event.type === 'reset') text = '';
    if (event.type === 'text') text += event.text;
  }
  return text;
}
