import { plainDecision } from '../../src/cache/decision.ts';
import { withExactKey } from '../../src/cache/exact-key.ts';
import type { RecordInRun } from '../../src/generation/generation-record.ts';
import { runIdOf } from '../../src/generation/run-id.ts';
import type { RunSpec } from '../../src/generation/run-spec.ts';
import { sampleRoute } from './fake-services.ts';
import { sampleQuestion } from './sample-entry.ts';
import { sampleDecision } from './sample-generation.ts';

/** A run of one question that asks the large model, then the small one, except for what `changes` says. */
export function sampleRunSpec(changes: Partial<RunSpec> = {}): RunSpec {
  const cacheQuestion = withExactKey(sampleQuestion());
  const { id = runIdOf(cacheQuestion, 'run') } = changes;
  const { request } = cacheQuestion;
  return {
    id,
    shared: true,
    question: {
      candidates: [
        { model: 'large-model', tier: 'LARGE' },
        { model: 'small-model', tier: 'SMALL' },
      ],
      call: {
        ...request,
        tenant: 'acme',
        messages: [{ role: 'USER', content: request.prompt }],
      },
      inputTokens: 7,
    },
    cacheQuestion,
    startedAt: Date.now(),
    startedBy: sampleRunRecord({ runId: id }),
    ...changes,
  };
}

/** The record of the generation that began the run of `sampleRunSpec`, except for what `changes` says. */
export function sampleRunRecord(changes: Partial<RecordInRun> = {}): RecordInRun {
  return {
    id: 'generation-1',
    tenant: 'acme',
    namespace: 'default',
    acceptedAt: Date.now(),
    detached: false,
    from: 'run',
    runId: 'key.run',
    joined: false,
    decided: {
      cache: plainDecision('MISS'),
      route: sampleRoute,
      prompt: sampleDecision.prompt,
    },
    ...changes,
  };
}
