import { describe, expect, it } from 'vitest';
import { createErase, EraseUnavailable } from '../../../src/tenancy/erase.ts';
import type { EraseWord } from '../../../src/tenancy/erase-news.ts';
import { fakeCache, fakeGenerations, fakeStatistics } from '../../support/fake-services.ts';
import { recordLogs } from '../../support/recorded-logs.ts';

/** What is asked of each, in that order. */
function openErase(failing: string | null = null) {
  const steps: string[] = [];
  const { logger, logs } = recordLogs();
  let tell = (_word: EraseWord) => {};
  const step = async <Result>(name: string, result: Result): Promise<Result> => {
    steps.push(name);
    if (name === failing) throw new Error('It is away.');
    return result;
  };
  const erase = createErase({
    generations: fakeGenerations({
      erase: () => step('generations', 3),
      forget: () => step('forget generations', []),
    }),
    cache: { ...fakeCache(), erase: () => step('cache', 2) },
    statistics: fakeStatistics({
      erase: (tenant) => step(`statistics of ${tenant}`, undefined),
      forget: (tenant) => void step(`forget statistics of ${tenant}`, undefined),
    }),
    outcomes: { erase: () => step('outcomes', undefined) },
    news: {
      tell: ({ what }) => step(`tell of ${what}`, undefined),
      onTold(listener) {
        tell = listener;
      },
    },
    logger,
  });
  return { erase, steps, logs, tell: (word: EraseWord) => tell(word) };
}

const all = { tenant: 'acme', namespace: null };
const docs = { tenant: 'acme', namespace: 'docs' };

describe('erasing', () => {
  it('ends what runs before it looks for what that has left', async () => {
    const { erase, steps, logs } = openErase();
    expect(await erase(all)).toEqual({ entries: 2, generations: 3 });
    expect(steps).toEqual([
      ...['tell of generations', 'generations', 'cache', 'outcomes'],
      ...['statistics of acme', 'tell of statistics'],
    ]);
    expect(logs).toMatchObject([{ level: 'info', tenant: 'acme', entries: 2, generations: 3 }]);
  });

  it('leaves the statistics of a tenant that goes on', async () => {
    const { erase, steps } = openErase();
    await erase(docs);
    expect(steps).toEqual(['tell of generations', 'generations', 'cache', 'outcomes']);
  });

  it.each([
    'generations',
    'cache',
    'statistics of acme',
  ])('pretends nothing when %s fails', async (failing) => {
    const { erase, logs } = openErase(failing);
    await expect(erase(all)).rejects.toBeInstanceOf(EraseUnavailable);
    expect(logs).toMatchObject([{ level: 'warn', tenant: 'acme', namespace: null }]);
  });

  it('forgets what others erase', () => {
    const { steps, tell } = openErase();
    tell({ what: 'generations', ...docs });
    tell({ what: 'statistics', ...all });
    expect(steps).toEqual(['forget generations', 'forget statistics of acme']);
  });
});
