import { appendFile, mkdir, readFile, rmdir, stat } from 'node:fs/promises';
import { describe, it } from 'vitest';
import { openFileOutcomeLog, readAll } from '../../../support/open-outcome-logs.ts';
import { sampleOutcome } from '../../../support/sample-outcome.ts';

describe.concurrent('an outcome log in a file', () => {
  it('goes on where the process before it ended, in the midst of a line or not', async ({
    expect,
  }) => {
    await using first = await openFileOutcomeLog({ maxEntries: 10 });
    const outcomes = Array.from({ length: 6 }, () => sampleOutcome());
    for (const outcome of outcomes.slice(0, 3)) first.log.append(outcome);
    await first.log.flush();
    await appendFile(first.path, JSON.stringify(sampleOutcome()).slice(0, 50));
    // What is not whole yet may become so.
    expect(await readAll(first.log)).toHaveLength(3);
    await using second = await openFileOutcomeLog({ maxEntries: 10, path: first.path });
    for (const outcome of outcomes.slice(3)) second.log.append(outcome);
    await second.log.flush();
    const left = (await readAll(second.log)).map(({ entry }) => entry);
    expect(left).toEqual(outcomes);
  });

  it('moves the file aside at half of the bound', async ({ expect }) => {
    await using opened = await openFileOutcomeLog({ maxEntries: 10 });
    const { log, path } = opened;
    const outcomes = Array.from({ length: 13 }, () => sampleOutcome());
    for (const outcome of outcomes) log.append(outcome);
    await log.flush();
    expect((await readAll(log)).map(({ entry }) => entry)).toEqual(outcomes.slice(5));
    const linesIn = async (file: string) => (await readFile(file, 'utf8')).trim().split('\n');
    expect(await linesIn(path)).toHaveLength(4);
    expect(await linesIn(`${path}.1`)).toHaveLength(6);
  });

  it('passes over lines that are none of ours', async ({ expect }) => {
    await using opened = await openFileOutcomeLog({ maxEntries: 100 });
    const { log, path } = opened;
    const [one, other] = [sampleOutcome(), sampleOutcome()];
    log.append(one);
    await log.flush();
    const lines = [
      'garbage',
      'null',
      '{"kind":"outcome"}',
      JSON.stringify({ ...one, tier: 'HUGE' }),
    ];
    await appendFile(path, `${lines.join('\n')}\n`);
    log.append(other);
    await log.flush();
    expect((await readAll(log)).map(({ entry }) => entry)).toEqual([one, other]);
  });

  it('leaves nothing of an erased tenant in any file, nor what it cannot read', async ({
    expect,
  }) => {
    await using opened = await openFileOutcomeLog({ maxEntries: 8 });
    const { log, path } = opened;
    for (let index = 0; index < 7; index += 1) {
      log.append(sampleOutcome({ tenant: index % 2 === 0 ? 'acme' : 'secret-tenant' }));
    }
    await log.flush();
    await appendFile(path, '{"tenant":"secret-tenant","torn":"li\n');
    await log.erase({ tenant: 'secret-tenant', namespace: null });
    for (const file of [path, `${path}.1`]) {
      expect(await readFile(file, 'utf8')).not.toContain('secret-tenant');
    }
    expect(await readAll(log)).toHaveLength(4);
  });

  it('is for the eyes of its owner alone', async ({ expect }) => {
    await using opened = await openFileOutcomeLog({ maxEntries: 8 });
    opened.log.append(sampleOutcome());
    await opened.log.erase({ tenant: 'nobody', namespace: null });
    expect((await stat(opened.path)).mode & 0o777).toBe(0o600);
  });

  it('keeps what waits and says so, and cannot erase, where a folder is in its place', async ({
    expect,
  }) => {
    await using opened = await openFileOutcomeLog({ maxEntries: 8 });
    const { log, logs, path } = opened;
    await mkdir(path);
    const outcome = sampleOutcome();
    log.append(outcome);
    await log.flush();
    expect(logs).toMatchObject([{ level: 'warn' }]);
    await expect(log.erase({ tenant: 'globex', namespace: null })).rejects.toThrow();
    await rmdir(path);
    await log.flush();
    expect((await readAll(log)).map(({ entry }) => entry)).toEqual([outcome]);
    expect(logs).toMatchObject([{ level: 'warn' }, { level: 'info' }]);
  });
});
