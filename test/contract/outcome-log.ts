import { describe, it } from 'vitest';
import { type OpenOutcomeLog, readAll } from '../support/open-outcome-logs.ts';
import { sampleLateSignal, sampleOutcome } from '../support/sample-outcome.ts';

/** More than is written or read at once. */
const MANY = 450;

/**
 * What every adapter of the OutcomeLog port does.
 *
 * @param open gives an empty log that is bounded by so many entries
 */
export function describeOutcomeLog(
  name: string,
  open: (maxEntries: number) => Promise<OpenOutcomeLog>,
): void {
  describe.concurrent(`outcome log ${name}`, () => {
    it('reads what was appended, in order, as it was', async ({ expect }) => {
      await using opened = await open(1_000);
      const { log } = opened;
      expect(await readAll(log)).toEqual([]);
      const outcome = sampleOutcome({
        features: { version: 1, lexical: 'AAA=', hashed: '', vector: null },
        sketch: { words: [1, 2 ** 32 - 1], numbers: 0 },
        prompt: 'Weigh 3 "hens"\r\n\u2028each: day 21 🐔',
        signals: ['TRUNCATED', 'INVALID_JSON'],
      });
      const { generationId } = outcome;
      const failed = sampleOutcome({ status: 'FAILED', failure: 'UPSTREAM_TIMEOUT', unit: null });
      const rating = sampleLateSignal(generationId, { verdict: 'BAD' });
      for (const entry of [outcome, failed, rating]) log.append(entry);
      await log.flush();
      const read = await readAll(log);
      expect(read.map(({ entry }) => entry)).toEqual([outcome, failed, rating]);
      expect(log.lost).toBe(0);
    });

    it('reads on from any position', async ({ expect }) => {
      await using opened = await open(1_000);
      const { log } = opened;
      const outcomes = Array.from({ length: MANY }, () => sampleOutcome());
      for (const outcome of outcomes) log.append(outcome);
      await log.flush();
      const all = await readAll(log);
      expect(all.map(({ entry }) => entry)).toEqual(outcomes);
      for (const index of [0, 199, 200, MANY - 1]) {
        const rest = await readAll(log, all[index]?.position);
        expect(rest).toEqual(all.slice(index + 1));
      }
      const late = sampleOutcome();
      log.append(late);
      await log.flush();
      const news = await readAll(log, all.at(-1)?.position);
      expect(news.map(({ entry }) => entry)).toEqual([late]);
    });

    it('is bounded: the oldest go first, and who follows misses none that is left', async ({
      expect,
    }) => {
      await using opened = await open(200);
      const { log } = opened;
      const outcomes = Array.from({ length: 1_000 }, () => sampleOutcome());
      const ids = outcomes.map(({ generationId }) => generationId);
      const heard = new Set<string>();
      let position: string | null = null;
      for (const [index, outcome] of outcomes.entries()) {
        log.append(outcome);
        if (index % 50 !== 49) continue;
        await log.flush();
        for (const logged of await readAll(log, position)) {
          heard.add(logged.entry.generationId);
          ({ position } = logged);
        }
      }
      expect([...heard]).toEqual(ids);
      const left = (await readAll(log)).map(({ entry }) => entry.generationId);
      expect(left.length).toBeGreaterThanOrEqual(100);
      expect(left.length).toBeLessThanOrEqual(400);
      expect(left).toEqual(ids.slice(-left.length));
    });

    it('erases a tenant, or one of its namespaces, with what was said of it', async ({
      expect,
    }) => {
      await using opened = await open(1_000);
      const { log } = opened;
      const kept = sampleOutcome({ tenant: 'acme', namespace: 'default' });
      const other = sampleOutcome({ tenant: 'acme', namespace: 'a:b*' });
      const stranger = sampleOutcome({ tenant: 'acme:default' });
      const outcomes = [kept, other, stranger];
      const ratings = outcomes.map(({ generationId, tenant }) =>
        sampleLateSignal(generationId, { tenant }),
      );
      for (const entry of [...outcomes, ...ratings]) log.append(entry);
      const idsLeft = async () => (await readAll(log)).map(({ entry }) => entry.generationId);
      await log.erase({ tenant: 'acme', namespace: 'a:b*' });
      const left = [kept, stranger].map(({ generationId }) => generationId);
      expect(await idsLeft()).toEqual([...left, ...left]);
      await log.erase({ tenant: 'acme', namespace: null });
      expect(await idsLeft()).toEqual([stranger.generationId, stranger.generationId]);
      log.append(kept);
      await log.flush();
      expect((await idsLeft()).at(-1)).toBe(kept.generationId);
    });

    it('tells who follows what comes after something was erased', async ({ expect }) => {
      await using opened = await open(1_000);
      const { log } = opened;
      const mine = sampleOutcome({ tenant: 'acme' });
      const erased = sampleOutcome({ tenant: 'gone' });
      for (const entry of [mine, erased]) log.append(entry);
      await log.flush();
      const position = (await readAll(log)).at(-1)?.position ?? null;
      await log.erase({ tenant: 'gone', namespace: null });
      const late = sampleOutcome();
      log.append(late);
      await log.flush();
      const news = (await readAll(log, position)).map(({ entry }) => entry.generationId);
      expect(news).toContain(late.generationId);
      expect(news).not.toContain(erased.generationId);
    });

    it('takes no notice of erasing what is not there', async ({ expect }) => {
      await using opened = await open(1_000);
      await opened.log.erase({ tenant: 'nobody', namespace: null });
      expect(await readAll(opened.log)).toEqual([]);
      expect(opened.logs).toEqual([]);
    });
  });
}
