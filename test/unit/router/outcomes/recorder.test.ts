import { describe, it } from 'vitest';
import type { EndedAnswer } from '../../../../src/router/outcomes/answer-signals.ts';
import type { OutcomeEntry, RoutedOutcome } from '../../../../src/router/outcomes/port.ts';
import {
  createOutcomeRecorder,
  type RoutedRequest,
} from '../../../../src/router/outcomes/recorder.ts';
import { sampleDecision } from '../../../support/sample-outcome.ts';
import { sampleRecord } from '../../../support/sample-record.ts';

const prompt = 'How much feed do broilers eat a day?';

const whole: EndedAnswer = {
  text: 'About 115 g.',
  finishReason: 'STOP',
  responseFormat: { kind: 'TEXT' },
  status: 'FINISHED',
};

function openRecorder({ keepPrompts = false, key = 'key' } = {}) {
  const entries: OutcomeEntry[] = [];
  const append = (entry: OutcomeEntry) => void entries.push(entry);
  const recorder = createOutcomeRecorder({ log: { append }, key, keepPrompts });
  /** What is logged of one request. */
  async function logged(
    request: Partial<RoutedRequest> = {},
    record = sampleRecord(),
    answer: EndedAnswer | null = whole,
  ): Promise<RoutedOutcome | undefined> {
    const id = crypto.randomUUID();
    recorder.routed(id, { prompt, asker: 'ann', decision: sampleDecision(), ...request });
    if (answer !== null) recorder.answered(id, answer);
    recorder.ended(record, id);
    await Promise.resolve();
    const entry = entries.find(({ generationId }) => generationId === id);
    return entry?.kind === 'outcome' ? entry : undefined;
  }
  return { recorder, entries, logged };
}

describe.concurrent('the recorder', () => {
  it('logs what was decided and what came of it, without a text', async ({ expect }) => {
    const { logged, entries } = openRecorder();
    const decision = sampleDecision({ tier: 'LARGE', propensity: 0.25 });
    const outcome = await logged({ decision });
    expect(outcome).toMatchObject({
      ...decision,
      ...{ tenant: 'acme', namespace: 'default', model: 'large-model', answeredBy: 'LARGE' },
      ...{ inputTokens: 100, outputTokens: 20, costUsd: 0.25, firstTokenMs: 40, totalMs: 200 },
      ...{ status: 'FINISHED', failure: null, signals: [], prompt: null },
    });
    expect(outcome?.sketch?.words).toHaveLength(6);
    const written = JSON.stringify(entries);
    for (const text of ['broilers', 'feed', '115', 'ann']) expect(written).not.toContain(text);
  });

  it('logs the prompt when the operator wants it, unless it is huge', async ({ expect }) => {
    const { logged } = openRecorder({ keepPrompts: true });
    expect(await logged()).toMatchObject({ prompt });
    expect(await logged({ prompt: 'x '.repeat(20_000) })).toMatchObject({ prompt: null });
  });

  it('tells who asks apart, in all processes alike, and not by his name', async ({ expect }) => {
    const [one, other] = [openRecorder(), openRecorder()];
    const foreign = openRecorder({ key: 'another key' });
    const unitOf = async (from: typeof one, asker: string | null, tenant = 'acme') =>
      (await from.logged({ asker }, sampleRecord({ tenant })))?.unit;
    const ann = await unitOf(one, 'ann');
    expect(await unitOf(other, 'ann')).toBe(ann);
    const others = [
      await unitOf(one, 'bob'),
      await unitOf(one, 'ann', 'globex'),
      await unitOf(foreign, 'ann'),
    ];
    expect(new Set([ann, ...others]).size).toBe(4);
    expect(await unitOf(one, null)).toBeNull();
  });

  it('logs the signs of a bad answer', async ({ expect }) => {
    const { logged } = openRecorder();
    const cut = { ...whole, finishReason: 'LENGTH' } as const;
    expect(await logged({}, sampleRecord(), cut)).toMatchObject({ signals: ['TRUNCATED'] });
    const failed = sampleRecord({ status: 'FAILED', failure: 'UPSTREAM_TIMEOUT' });
    const failure = { status: 'FAILED', failure: 'UPSTREAM_TIMEOUT', signals: ['FAILED'] };
    expect(await logged({}, failed, null)).toMatchObject(failure);
    const cancelled = sampleRecord({ status: 'CANCELLED', failure: 'CANCELLED' });
    expect(await logged({}, cancelled, null)).toMatchObject({ status: 'CANCELLED', signals: [] });
  });

  it('logs who answered when another model took over', async ({ expect }) => {
    const { logged } = openRecorder();
    const decision = sampleDecision({ tier: 'SMALL' });
    const record = sampleRecord({ model: 'large-model', tier: 'LARGE' });
    const expected = { tier: 'SMALL', model: 'large-model', answeredBy: 'LARGE' };
    expect(await logged({ decision }, record)).toMatchObject(expected);
  });

  it('logs nothing of what no model was asked for', async ({ expect }) => {
    const { logged, recorder, entries } = openRecorder();
    await logged({}, sampleRecord({ cacheOutcome: 'JOINED' }));
    await logged({}, sampleRecord({ model: null, status: 'FAILED', failure: 'RATE_LIMITED' }));
    recorder.ended(sampleRecord(), 'never routed');
    recorder.answered('never routed', whole);
    await Promise.resolve();
    expect(entries).toEqual([]);
  });

  it('waits for a decision that is later than the answer, and does without one', async ({
    expect,
  }) => {
    const { recorder, entries } = openRecorder();
    const late = Promise.withResolvers<ReturnType<typeof sampleDecision>>();
    recorder.routed('late', { prompt, asker: null, decision: late.promise });
    const failed = Promise.reject(new Error('No encoder.'));
    recorder.routed('never', { prompt, asker: null, decision: failed });
    for (const id of ['late', 'never']) recorder.ended(sampleRecord(), id);
    late.resolve(sampleDecision());
    await late.promise;
    expect(entries).toMatchObject([{ generationId: 'late', gainModel: 'v1' }]);
  });

  it('logs ratings of answers, and none of wrong hits of the cache', ({ expect }) => {
    const { recorder, entries } = openRecorder();
    const rating = { generationId: 'one', tenant: 'acme', at: 1 };
    recorder.rated({ ...rating, verdict: 'BAD' });
    recorder.rated({ ...rating, verdict: 'WRONG_CACHE_HIT' });
    expect(entries).toEqual([{ kind: 'rating', ...rating, verdict: 'BAD' }]);
  });

  it('forgets what never ends', async ({ expect }) => {
    const { recorder, entries } = openRecorder();
    const request = { prompt, asker: null, decision: sampleDecision() };
    for (let index = 0; index <= 10_000; index += 1) recorder.routed(String(index), request);
    for (const id of ['0', '1']) recorder.ended(sampleRecord(), id);
    await Promise.resolve();
    expect(entries).toMatchObject([{ generationId: '1' }]);
  });
});
