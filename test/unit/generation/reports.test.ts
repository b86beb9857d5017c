import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { Generation } from '../../../src/generation/accepted.ts';
import { createReports } from '../../../src/generation/reports.ts';
import { RunLost } from '../../../src/generation/run-log.ts';
import { HandedOver } from '../../../src/generation/shutting-down.ts';
import type { RequestRecord } from '../../../src/telemetry/statistics.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { sampleGeneration } from '../../support/sample-generation.ts';

/** Reports of a process that asks others who reports; `isFirst` is what they say, null when they cannot be asked. */
function openReports(isFirst: boolean | null) {
  const reported: { id: string; record: RequestRecord }[] = [];
  const settled: string[] = [];
  const { logger } = recordLogs();
  const reports = createReports({
    records: {
      async save() {},
      find: async () => null,
      forget() {},
      erase: async () => [],
      async settle(id, { acceptedHere }) {
        settled.push(id);
        return isFirst ?? acceptedHere;
      },
    },
    clock: systemClock,
    logger,
    report: (record, id) => reported.push({ id, record }),
  });
  const done = () => reports.untilNone(AbortSignal.timeout(1_000));
  return { reports, reported, settled, done };
}

function generation(outcome: Promise<unknown>, changes: Partial<Generation> = {}): Generation {
  const accepted = { id: 'one', tenant: 'public', namespace: 'default', at: 0, detached: false };
  return { accepted, paysForRun: true, outcome, ...changes } as Generation;
}

const finished = { ...sampleGeneration(), status: 'FINISHED', failure: null, askedModel: 'large' };

describe('the reports of generations that several processes know', () => {
  it('are made by the first process that says that one is over', async () => {
    for (const isFirst of [true, false]) {
      const { reports, reported, done } = openReports(isFirst);
      reports.awaitEnd(generation(Promise.resolve(finished)), false);
      await done();
      expect(reported).toHaveLength(isFirst ? 1 : 0);
    }
  });

  it('are made by who took the request up, or goes on with its run, when others cannot be asked', async () => {
    const { reports, reported, done } = openReports(null);
    reports.awaitEnd(generation(Promise.resolve(finished)), false);
    await done();
    expect(reported).toEqual([]);
    reports.awaitEnd(generation(Promise.resolve(finished)), true);
    await done();
    expect(reported).toHaveLength(1);
    reports.answerFor('one');
    reports.awaitEnd(generation(Promise.resolve(finished)), false);
    await done();
    expect(reported).toHaveLength(2);
  });

  it('are made without asking when the cache answered', async () => {
    const { reports, reported, settled, done } = openReports(false);
    reports.awaitEnd(generation(Promise.resolve({ ...finished, cached: true })), true);
    await done();
    expect(reported).toHaveLength(1);
    expect(settled).toEqual([]);
  });

  it('are left to who goes on with the run', async () => {
    const { reports, reported, done } = openReports(true);
    reports.awaitEnd(generation(Promise.reject(new HandedOver())), true);
    reports.awaitEnd(generation(Promise.reject(new RunLost())), true);
    await done();
    expect(reported).toEqual([]);
  });

  it('tell of a failure when nobody goes on, or it cost nothing', async () => {
    const { reports, reported, done } = openReports(true);
    reports.awaitEnd(generation(Promise.reject(new RunLost()), { paysForRun: false }), true);
    await done();
    reports.awaitEnd(generation(Promise.reject(new GatewayError('RATE_LIMITED', 'full'))), true);
    await done();
    expect(reported.map(({ record }) => record.failure)).toEqual([
      'UPSTREAM_UNAVAILABLE',
      'RATE_LIMITED',
    ]);
  });
});
