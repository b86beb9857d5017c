import type { Accepted, Generation } from './accepted.ts';
import { type AccountsDeps, timingWithoutUpstream, usageOfHit } from './accounts.ts';
import type { GenerationEvent, GenerationSnapshot } from './generation.ts';
import type { CachePlan } from './plan.ts';

/** A replayed answer comes in deltas of at most this many UTF-16 units. */
const DELTA_UNITS = 16_384;

/** How a request ends that is answered from the cache. */
export function snapshotOfHit(
  deps: Pick<AccountsDeps, 'baseline'>,
  accepted: Accepted,
  plan: CachePlan,
  elapsedMs: number,
): GenerationSnapshot {
  const { entry } = plan;
  return {
    id: accepted.id,
    status: 'FINISHED',
    text: entry.text,
    reasoning: entry.reasoning,
    finishReason: 'STOP',
    failure: null,
    cached: true,
    model: entry.model,
    usage: usageOfHit(entry, plan.prompt.decision, deps),
    timing: timingWithoutUpstream(elapsedMs, elapsedMs),
    decision: { cache: plan.cache, routing: null, prompt: plan.prompt.decision },
  };
}

/**
 * A generation that is answered from the cache: over before it begins, its events derive from the entry.
 *
 * @param requestUnits UTF-16 units of what else is held with it
 */
export function cachedGeneration(
  accepted: Accepted,
  snapshot: GenerationSnapshot,
  requestUnits = 0,
): Generation {
  return {
    accepted,
    paysForRun: false,
    heldUnits: requestUnits + snapshot.text.length + (snapshot.reasoning?.length ?? 0),
    async *events(afterSeq, signal) {
      for (const event of replay(snapshot)) {
        if (signal.aborted) return;
        if (event.seq > afterSeq || event.type === 'finished') yield event;
      }
    },
    result: async () => snapshot,
    snapshot: async () => snapshot,
    enter() {},
    leave() {},
    handOver() {},
    isStopped: () => false,
    async cancel() {},
    ended: Promise.resolve(),
    outcome: Promise.resolve({ ...snapshot, status: 'FINISHED', failure: null, askedModel: null }),
  };
}

/** The stream that a model would have made of the answer: the same shape, at once. */
function* replay(generation: GenerationSnapshot): Iterable<GenerationEvent> {
  const { id: generationId, model, decision, text } = generation;
  let seq = 0;
  yield { type: 'started', generationId, seq, cached: true, model, decision };
  for (let offset = 0; offset < text.length; ) {
    const end = deltaEnd(text, offset);
    seq += 1;
    yield { type: 'delta', generationId, seq, offset, text: text.slice(offset, end) };
    offset = end;
  }
  yield { type: 'finished', generationId, seq: seq + 1, generation };
}

/** Never between the two halves of a surrogate pair. */
function deltaEnd(text: string, offset: number): number {
  const end = offset + DELTA_UNITS;
  if (end >= text.length) return text.length;
  const last = text.charCodeAt(end - 1);
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
