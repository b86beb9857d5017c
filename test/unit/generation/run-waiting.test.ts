import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import { type FairQueueOptions, fairQueue } from '../../../src/upstream/fair-queue.ts';
import { claimAndStart, openRunDeps } from '../../support/open-run.ts';
import { puppetUpstream } from '../../support/puppet-upstream.ts';
import { sampleRunSpec } from '../../support/sample-run-spec.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../../support/upstream-call.ts';

const generationId = sampleRunSpec().startedBy.id;
const unavailable = new GatewayError('UPSTREAM_UNAVAILABLE', 'down', { retryable: true });

/** Runs before a model that takes one call at a time. */
function openRuns(options: Partial<FairQueueOptions> = {}) {
  const puppet = puppetUpstream();
  const upstream = fairQueue(puppet, {
    maxConcurrent: 1,
    maxQueued: 10,
    timeoutMs: 10_000,
    ...options,
  });
  const { deps } = openRunDeps({ upstream });
  return {
    puppet,
    start: () => claimAndStart(deps),
    /** Resolves when another candidate has taken over. */
    async untilReset(runId: string) {
      for await (const { type } of deps.log.read(runId, -1, neverAborted())) {
        if (type === 'reset') return;
      }
    },
    /** Somebody else asks. Resolves when his call was sent. */
    async occupy() {
      void outcomeOf(upstream.stream(upstreamCall({ tenant: 'other' }), neverAborted()));
      return puppet.nextCall();
    },
  };
}

describe('a run whose call waits for its turn', () => {
  it('goes on when it comes', async () => {
    const { puppet, start, occupy } = openRuns();
    const other = await occupy();
    const run = await start();
    other.finish();
    const { call, say, finish } = await puppet.nextCall();
    expect(call).toMatchObject({ tenant: 'acme', model: 'large-model' });
    say('Starter feed.');
    finish();
    expect(await run.ended).toMatchObject({
      status: 'FINISHED',
      usage: { inputTokens: 10, outputTokens: 5, source: 'PROVIDER' },
      fallbacks: [],
    });
  });

  it('is charged with nothing when it is cancelled before', async () => {
    const { puppet, start, occupy } = openRuns();
    await occupy();
    const run = await start();
    await run.cancel(generationId);
    expect(await run.ended).toMatchObject({
      status: 'CANCELLED',
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd: 0,
    });
    expect(puppet.calls).toHaveLength(1);
  });

  it('is charged with its prompt when it is cancelled after', async () => {
    const { puppet, start, occupy } = openRuns();
    const other = await occupy();
    const run = await start();
    other.finish();
    await puppet.nextCall();
    await run.cancel(generationId);
    expect((await run.ended).usage).toMatchObject({ inputTokens: 7, outputTokens: 0 });
  });

  it('fails when there is no room to wait: the other candidate would have none either', async () => {
    const { puppet, start, occupy } = openRuns({ maxQueued: 0 });
    await occupy();
    const run = await start();
    expect(await run.ended).toMatchObject({
      status: 'FAILED',
      failure: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: 1_000 },
      usage: { inputTokens: 0, outputTokens: 0 },
      costUsd: 0,
      model: null,
      servedModel: null,
      fallbacks: [],
    });
    expect(puppet.calls).toHaveLength(1);
  });

  it('waits anew for the candidate that takes over, and is charged with the first alone', async () => {
    const { puppet, start, occupy, untilReset } = openRuns();
    const run = await start();
    const first = await puppet.nextCall();
    first.say('half');
    const occupied = occupy();
    first.fail(unavailable);
    await occupied;
    await untilReset(run.id);
    await run.cancel(generationId);
    expect(await run.ended).toMatchObject({
      status: 'CANCELLED',
      usage: { inputTokens: 7, outputTokens: 4 },
      fallbacks: [{ model: 'large-model', code: 'UPSTREAM_UNAVAILABLE' }],
    });
    expect(puppet.calls.map(({ call }) => call.tenant)).toEqual(['acme', 'other']);
  });
});
