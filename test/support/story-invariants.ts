import { expect } from 'vitest';
import type { GenerationSnapshot } from '../../src/generation/generation.ts';
import { wasNeverSent } from './account-invariants.ts';
import { type Asked, endTold, type Listener, questionOf, type Told } from './generation-diary.ts';
import type { History } from './random-generations.ts';
import type { RandomCall } from './random-upstream.ts';

/** What must hold of all that clients heard, whatever happened. */
export function checkStories(history: History) {
  checkWhatWasHeard(history);
  oneLiveCallForAQuestion(history.calls);
}

export function checkWhatWasHeard(history: History) {
  const { listeners, told, calls, asked, finals, neverFollowed } = history;
  for (const listener of listeners) {
    hearsOneStory(listener);
    hearsWhatStands(listener, finalOf(history, listener.generationId), calls);
  }
  hearTheSameEnd(listeners);
  for (const each of told) {
    isTold(each, finalOf(history, each.generation.id));
    isNotAbandonedWhileItWaits(each);
  }
  for (const { id } of neverFollowed) isNotAbandoned(finalOf(history, id));
  for (const request of asked) {
    const final = finals.get(request.id);
    if (final !== undefined) saysWhatTheModelSaid(final, request, calls);
  }
}

/** Seq rises, offsets have no gap, and the end comes once and last. */
export function hearsOneStory({ generationId, afterSeq, heard }: Listener) {
  const who = `who listens to ${generationId} after ${afterSeq}`;
  let seq = -1;
  // Who began in the midst learns from the first offset how much there is.
  let length = afterSeq < 0 ? 0 : null;
  for (const [index, event] of heard.entries()) {
    expect(event.seq, `seq of ${who}`).toBeGreaterThan(seq);
    seq = event.seq;
    expect(event.type === 'started', `the start of ${who}`).toBe(afterSeq < 0 && index === 0);
    if (endTold(event) !== null) expect(index, `the end of ${who}`).toBe(heard.length - 1);
    if (event.type === 'reset') length = 0;
    if (event.type === 'delta') {
      expect(event.offset, `offset of ${who}`).toBe(length ?? event.offset);
      length = event.offset + event.text.length;
    }
  }
}

/** Whoever heard the end has all of the text; whoever left before has the beginning of it, or of what was void later. */
function hearsWhatStands(listener: Listener, final: GenerationSnapshot, calls: History['calls']) {
  const { text, offset, resets } = pieceHeard(listener);
  const message = `text that was heard of ${final.id}`;
  if (heardEnd(listener)) {
    expect(final.text.slice(offset), message).toBe(text);
  } else if (listener.afterSeq < 0 && resets === (final.decision.routing?.fallbacks.length ?? 0)) {
    expect(final.text.slice(0, text.length), message).toBe(text);
  } else {
    expect(
      calls.some((call) => call.text.startsWith(text, offset)),
      message,
    ).toBe(true);
  }
}

/** The text that a listener has by the contract's rules, and where in the whole it begins. */
export function pieceHeard({ afterSeq, heard }: Listener) {
  let piece = { text: '', offset: afterSeq < 0 ? 0 : Number.POSITIVE_INFINITY, resets: 0 };
  for (const event of heard) {
    const { text, offset, resets } = piece;
    if (event.type === 'reset') piece = { text: '', offset: 0, resets: resets + 1 };
    if (event.type === 'delta') {
      piece = { text: text + event.text, offset: Math.min(offset, event.offset), resets };
    }
  }
  return piece;
}

/** A cancelled generation ends for each listener where it ended for the others, and nobody heard more. */
export function hearTheSameEnd(listeners: readonly Listener[]) {
  const ends = new Map<string, number>();
  for (const listener of listeners.filter(heardEnd)) {
    const seq = lastSeq(listener);
    expect(ends.get(listener.generationId) ?? seq, `end of ${listener.generationId}`).toBe(seq);
    ends.set(listener.generationId, seq);
  }
  for (const listener of listeners) {
    const end = ends.get(listener.generationId) ?? Number.POSITIVE_INFINITY;
    const message = `all that was heard of ${listener.generationId}`;
    expect(lastSeq(listener), message).toBeLessThanOrEqual(end);
  }
}

/** While it runs it tells what there is by then, and once it has ended it tells the same for ever. */
function isTold({ generation, afterEnd }: Told, final: GenerationSnapshot) {
  if (generation.status === 'RUNNING') {
    expect(afterEnd, `${final.id} runs after its end`).toBe(false);
    const { length: resets } = generation.decision.routing?.fallbacks ?? [];
    if (resets < (final.decision.routing?.fallbacks.length ?? 0)) return;
    expect(final.text.startsWith(generation.text), `text of ${final.id} in its midst`).toBe(true);
  } else {
    expect(besideUsage(generation), `${final.id} as it was told`).toEqual(besideUsage(final));
  }
}

/** What it used is told by `account-invariants.ts`: for a call that goes on it is not known yet. */
export function besideUsage(generation: GenerationSnapshot) {
  return {
    ...generation,
    usage: null,
    failure: generation.failure && { ...generation.failure, usage: null },
  };
}

/** Whoever waits without a break is a listener. */
export function isNotAbandonedWhileItWaits({ generation, patient }: Told) {
  if (patient !== null) isNotAbandoned(generation);
}

function isNotAbandoned({ id, failure }: GenerationSnapshot) {
  const isAbandoned = failure?.code === 'CANCELLED' && failure.retryable;
  expect(isAbandoned, `${id} was taken for one that nobody listens to`).toBe(false);
}

/** A whole answer is what one call for the same question said; a part is its beginning. */
export function saysWhatTheModelSaid(
  final: GenerationSnapshot,
  asked: Asked,
  calls: readonly RandomCall<Asked>[],
) {
  const { id, status, text, reasoning, failure } = final;
  const said = calls.filter(
    (call) => call.text.startsWith(text) && call.reasoning.startsWith(reasoning ?? ''),
  );
  const alone = asked.request.cache.mode === 'BYPASS';
  const own = said.filter(({ owner }) =>
    alone ? owner === asked : questionOf(owner) === questionOf(asked),
  );
  if (!wasNeverSent(final)) {
    expect(own.length, `calls that said what ${id} says`).toBeGreaterThan(0);
  }
  const whole = own.filter((call) => call.text === text && call.reasoning === (reasoning ?? ''));
  if (status === 'FINISHED') {
    const finishes = whole.map(({ finish }) => finish?.finishReason);
    expect(finishes, `calls that finished as ${id} did`).toContain(final.finishReason);
  }
  if (status === 'FAILED' && text !== '' && failure?.code !== 'SHUTTING_DOWN') {
    const failures = whole.map((call) => call.failure?.code);
    expect(failures, `calls that failed as ${id} did`).toContain(failure?.code);
  }
  if (failure !== null) expect(failure.partialText, `partial text of ${id}`).toBe(text);
}

/** A call is live until it is over or its run was told to stop. Who bypasses the cache asks alone. */
function oneLiveCallForAQuestion(calls: readonly RandomCall<Asked>[]) {
  const overAt = new Map<string, number>();
  for (const { owner, number, ...call } of calls) {
    if (owner.request.cache.mode === 'BYPASS') continue;
    const question = questionOf(owner);
    const message = `call ${number} beside another for ${question}`;
    expect(call.beganAt, message).toBeGreaterThan(overAt.get(question) ?? -1);
    overAt.set(question, call.overAt ?? Number.POSITIVE_INFINITY);
  }
}

function finalOf({ finals }: History, id: string): GenerationSnapshot {
  const final = finals.get(id);
  if (final === undefined) throw new Error(`${id} was told of and is not found in the end.`);
  return final;
}

export function heardEnd({ heard }: Listener): boolean {
  const [last] = heard.slice(-1);
  return last !== undefined && endTold(last) !== null;
}

function lastSeq({ heard }: Listener): number {
  return heard.at(-1)?.seq ?? -1;
}
