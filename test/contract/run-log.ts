import { describe, expect, it } from 'vitest';
import { withExactKey } from '../../src/cache/exact-key.ts';
import { runIdOf } from '../../src/generation/run-id.ts';
import {
  type RunEnd,
  type RunEvent,
  type RunLog,
  RunLogFenced,
  RunLogFull,
  RunUnknown,
  TAKE_OVER_GAP,
} from '../../src/generation/run-log.ts';
import type { DataScope } from '../../src/tenancy/data-scope.ts';
import { collect } from '../support/collect.ts';
import { sampleQuestion } from '../support/sample-entry.ts';
import { sampleRequest } from '../support/sample-request.ts';

export const sampleEnd: RunEnd = {
  status: 'FINISHED',
  finishReason: 'STOP',
  failure: null,
  model: 'large-model',
  servedModel: 'large-model',
  fallbacks: [],
  usage: { inputTokens: 10, outputTokens: 5, source: 'PROVIDER' },
  servedUsage: { inputTokens: 10, outputTokens: 5, source: 'PROVIDER' },
  costUsd: null,
  firstTokenMs: 20,
  totalMs: 100,
  upstreamMs: 90,
};

const started: RunEvent = { seq: 0, type: 'started', model: 'large-model' };
const text = (seq: number, offset: number, text: string): RunEvent => ({
  seq,
  type: 'text',
  offset,
  text,
});
const ended = (seq: number): RunEvent => ({ seq, type: 'ended', end: sampleEnd });
const patient = new AbortController().signal;

function runOf(tenant: string, namespace: string, unique = 'run') {
  const { cache, ...request } = sampleRequest();
  const question = sampleQuestion({
    tenant,
    request: { ...request, cache: { ...cache, namespace } },
  });
  return runIdOf(withExactKey(question), unique);
}

/** What this process holds, and what others find. */
async function eraseAll(log: RunLog, scope: DataScope) {
  log.forget(log.held(scope));
  await log.erase(scope);
}

type Open = (options: { maxBytes: number }) => RunLog | Promise<RunLog>;

/** What every run log does. `open` makes an empty one that holds at most `maxBytes`. */
export function describeRunLog(name: string, open: Open) {
  describe(`the run log ${name}`, () => {
    it('replays a run that has ended, from its start', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started]);
      await log.append('run', 1, [text(1, 0, 'Chicks eat ')]);
      await log.append('run', 1, [ended(2)]);
      expect(await collect(log.read('run', -1, patient))).toEqual([
        started,
        text(1, 0, 'Chicks eat '),
        ended(2),
      ]);
    });

    it('merges what a late reader missed into one text that carries the last seq', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started, text(1, 0, 'Chicks '), text(2, 7, 'eat '), ended(3)]);
      expect(await collect(log.read('run', 0, patient))).toEqual([
        text(2, 0, 'Chicks eat '),
        ended(3),
      ]);
    });

    it('does not merge over a reset or into another kind of output', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      const events: RunEvent[] = [
        started,
        text(1, 0, 'void'),
        { seq: 2, type: 'reset', model: 'small-model', fallbacks: [], cause: 'fallback' },
        { seq: 3, type: 'reasoning', offset: 0, text: 'hm' },
        text(4, 0, 'good'),
        ended(5),
      ];
      await log.append('run', 1, events);
      expect(await collect(log.read('run', -1, patient))).toEqual(events);
    });

    it('hands on live what is appended while a reader waits', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started]);
      const reader = log.read('run', 0, patient)[Symbol.asyncIterator]();
      const first = reader.next();
      await log.append('run', 1, [text(1, 0, 'Chicks')]);
      expect(await first).toEqual({ done: false, value: text(1, 0, 'Chicks') });
      const last = reader.next();
      await log.append('run', 1, [ended(2)]);
      expect(await last).toEqual({ done: false, value: ended(2) });
      expect(await reader.next()).toMatchObject({ done: true });
    });

    it('lets a waiting reader leave at once', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started]);
      const leaving = new AbortController();
      const reading = collect(log.read('run', 0, leaving.signal));
      leaving.abort();
      expect(await reading).toEqual([]);
      expect(log.describe().readers).toBe(0);
    });

    it('lets a reader that never reads hold back nobody', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started]);
      const idle = log.read('run', -1, patient)[Symbol.asyncIterator]();
      await idle.next();
      await log.append('run', 1, [text(1, 0, 'Chicks'), ended(2)]);
      expect(await collect(log.read('run', 0, patient))).toHaveLength(2);
      await idle.return?.();
    });

    it('tells how far a run came', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started]);
      expect(await log.lastSeq('run')).toBe(0);
      await log.append('run', 1, [text(1, 0, 'Chicks '), text(2, 7, 'eat '), ended(3)]);
      expect(await log.lastSeq('run')).toBe(3);
    });

    it('knows no run that was never begun', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await expect(collect(log.read('nobody', -1, patient))).rejects.toBeInstanceOf(RunUnknown);
      await expect(log.lastSeq('nobody')).rejects.toBeInstanceOf(RunUnknown);
      await expect(log.append('nobody', 1, [text(1, 0, 'x')])).rejects.toBeInstanceOf(RunUnknown);
    });

    it('lets an owner with a higher token take over, and the late one append no more', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started, text(1, 0, 'early')]);
      await log.append('run', 2, [
        { seq: 2, type: 'reset', model: 'large-model', fallbacks: [], cause: 'fallback' },
      ]);
      await expect(log.append('run', 1, [text(3, 0, 'late')])).rejects.toBeInstanceOf(RunLogFenced);
      await log.append('run', 2, [ended(3)]);
      expect((await collect(log.read('run', 2, patient))).map((event) => event.type)).toEqual([
        'ended',
      ]);
    });

    it('takes nothing after the end', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started, ended(1)]);
      await expect(log.append('run', 1, [text(2, 0, 'x')])).rejects.toBeInstanceOf(RunLogFenced);
    });

    it('refuses an event that does not go on from the last', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      await log.append('run', 1, [started]);
      await expect(log.append('run', 1, [text(2, 0, 'x')])).rejects.toThrow(/appended where 1/);
    });

    it('lets the owner that took over leave numbers out, in its reset alone', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      const reset: RunEvent = {
        seq: 2 + TAKE_OVER_GAP,
        type: 'reset',
        model: 'large-model',
        fallbacks: [],
        cause: 'takeOver',
      };
      await log.append('run', 1, [started, text(1, 0, 'Chicks ')]);
      await expect(log.append('run', 1, [text(1_000, 7, 'eat')])).rejects.toThrow(/where 2 is due/);
      const early: RunEvent = { ...reset, cause: 'fallback' };
      await expect(log.append('run', 1, [early])).rejects.toThrow(/where 2 is due/);
      await log.append('run', 2, [reset, text(3 + TAKE_OVER_GAP, 0, 'Hens')]);
      await log.append('run', 2, [ended(4 + TAKE_OVER_GAP)]);
      // Whoever heard more from the owner before has heard less than the reset.
      expect(await collect(log.read('run', 40, patient))).toEqual([
        reset,
        text(3 + TAKE_OVER_GAP, 0, 'Hens'),
        ended(4 + TAKE_OVER_GAP),
      ]);
      expect(await log.lastSeq('run')).toBe(4 + TAKE_OVER_GAP);
    });

    it('makes room by letting go of runs that have ended, never of one that goes on', async () => {
      await using log = await open({ maxBytes: 10_000 });
      await log.append('running', 1, [started]);
      await log.append('old', 1, [started, text(1, 0, 'a'.repeat(1_500)), ended(2)]);
      await log.append('new', 1, [started, text(1, 0, 'b'.repeat(1_500)), ended(2)]);
      await log.append('running', 1, [text(1, 0, 'c'.repeat(2_000))]);
      expect(log.describe()).toMatchObject({ running: 1, ended: 1 });
      expect(log.describe().bytes).toBeLessThanOrEqual(10_000);
      expect(await collect(log.read('new', -1, patient))).toHaveLength(3);
    });

    it('erases all of a namespace, what goes on too, and nothing else', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      const [over, running] = [runOf('acme', 'docs', 'one'), runOf('acme', 'docs', 'two')];
      const others = [runOf('acme', 'other'), runOf('docs', 'acme'), runOf('globex', 'docs')];
      for (const id of [over, ...others]) {
        await log.append(id, 1, [started, text(1, 0, 'Chicks'), ended(2)]);
      }
      await log.append(running, 1, [started, text(1, 0, 'Chicks ')]);
      const reading = collect(log.read(running, -1, patient));
      const cutShort = expect(reading).rejects.toBeInstanceOf(RunUnknown);

      await eraseAll(log, { tenant: 'acme', namespace: 'docs' });
      await cutShort;
      for (const id of [over, running]) {
        await expect(log.lastSeq(id)).rejects.toBeInstanceOf(RunUnknown);
      }
      await expect(log.append(running, 1, [text(2, 7, 'eat')])).rejects.toThrow();
      for (const id of others) expect(await collect(log.read(id, -1, patient))).toHaveLength(3);
    });

    it('erases all of a tenant, and takes what it asks from then on', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      const [one, two, others] = [runOf('acme', 'a'), runOf('acme', 'b'), runOf('globex', 'a')];
      for (const id of [one, two, others]) await log.append(id, 1, [started, ended(1)]);
      await eraseAll(log, { tenant: 'acme', namespace: null });
      for (const id of [one, two]) {
        await expect(log.lastSeq(id)).rejects.toBeInstanceOf(RunUnknown);
      }
      expect(await log.lastSeq(others)).toBe(1);
      const next = runOf('acme', 'a', 'next');
      await log.append(next, 1, [started, ended(1)]);
      expect(await log.lastSeq(next)).toBe(1);
    });

    it('forgets what it holds of a scope', async () => {
      await using log = await open({ maxBytes: 1_000_000 });
      const [own, others] = [runOf('acme', 'docs'), runOf('globex', 'docs')];
      for (const id of [own, others]) await log.append(id, 1, [started, text(1, 0, 'Chicks')]);
      const before = log.describe();
      const held = log.held({ tenant: 'acme', namespace: 'docs' });
      expect(held).toEqual([own]);
      log.forget(held);
      expect(log.describe()).toMatchObject({ running: 1, bytes: before.bytes / 2 });
    });

    it('refuses what finds no room, but always takes the end', async () => {
      await using log = await open({ maxBytes: 10_000 });
      await log.append('run', 1, [started]);
      const tooMuch = text(1, 0, 'a'.repeat(20_000));
      await expect(log.append('run', 1, [tooMuch])).rejects.toBeInstanceOf(RunLogFull);
      await log.append('run', 1, [text(1, 0, 'a'.repeat(4_600))]);
      await log.append('run', 1, [text(2, 4_600, 'b')]).catch(() => {});
      await log.append('run', 1, [ended(2)]).catch(() => log.append('run', 1, [ended(3)]));
      expect((await collect(log.read('run', -1, patient))).at(-1)?.type).toBe('ended');
    });
  });
}
