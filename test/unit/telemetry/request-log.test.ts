import { describe, expect, it } from 'vitest';
import { logRequest } from '../../../src/telemetry/request-log.ts';
import { recordLogs } from '../../support/recorded-logs.ts';
import { sampleRecord } from '../../support/sample-record.ts';

describe('the line that an ended request leaves', () => {
  it('tells who asked, what came of it, what it took and how long', () => {
    const { logger, logs } = recordLogs();
    const fallbacks = [{ model: 'small-model', code: 'UPSTREAM_TIMEOUT' }] as const;
    logRequest(logger, sampleRecord({ fallbacks, totalMs: 200.12345 }), 'generation-1');
    expect(logs).toEqual([
      {
        level: 'info',
        message: 'request',
        generationId: 'generation-1',
        tenant: 'acme',
        namespace: 'default',
        status: 'FINISHED',
        failure: null,
        cache: 'MISS',
        refusal: null,
        model: 'large-model',
        tier: 'LARGE',
        fallbacks: 1,
        inputTokens: 100,
        outputTokens: 20,
        costUsd: 0.25,
        firstTokenMs: 40,
        totalMs: 200.12,
        upstreamMs: 199,
        overheadMs: 1,
      },
    ]);
  });

  it('tells why a request failed', () => {
    const { logger, logs } = recordLogs();
    const failed = { status: 'FAILED', failure: 'UPSTREAM_TIMEOUT', firstTokenMs: null } as const;
    logRequest(logger, sampleRecord(failed), 'generation-2');
    expect(logs).toMatchObject([failed]);
  });
});
