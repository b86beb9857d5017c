import { describe, it } from 'vitest';
import { ask, findGeneration, type StreamedEvent, startGeneration } from '../support/ask.ts';
import { listenToGeneration } from '../support/follow.ts';
import { LEASE_MS, spawnGateways } from '../support/gateway-processes.ts';
import { type Hearing, hear, hearFirstWord } from '../support/hearing.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { FOLLOW } from '../support/operations.ts';
import { type Addressed, post } from '../support/transports.ts';
import { say } from '../support/upstream-script.ts';

/** In the suite each fault strikes once. */
const ROUNDS = process.env['TEST_LONG'] === 'true' ? 20 : 1;
/** From the end of a lease to the take-over, at most. */
const TAKE_OVER_MS = 2_000;
/** What a busy machine adds. */
const NOISE_MS = 1_000;

const input = { prompt: 'What do day-old chicks eat?' };
const WHOLE = 'Starter feed, and nothing else.';
const rounds = Array.from({ length: ROUNDS }, (_, index) => index + 1);

describe.each(rounds)('an answer that one process gives and another hears, round %i', () => {
  it.concurrent('is given anew by the other when the first is killed', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { one, other, upstream } = processes;
    upstream.answers(heldAnswer().script, say(WHOLE));
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    const killedAt = performance.now();
    one.child.kill('SIGKILL');
    const reset = await joined.next();
    const lostMs = performance.now() - killedAt;
    expect(reset).toMatchObject({ __typename: 'GenerationReset', model: 'large-model' });
    expect(lostMs).toBeLessThan(LEASE_MS + TAKE_OVER_MS + NOISE_MS);
    expect(await joined.toEnd()).toBe(WHOLE);

    // Whoever listened at the process that is gone comes to the other one.
    await using resumed = resumeAt(other, began);
    expect(await resumed.toEnd()).toBe(WHOLE);
    expect(upstream.calls).toHaveLength(2);
    // What the lost call took is in the accounts of who began it, once, and in nobody else's.
    const usage = (await findGeneration(other, idOf(began)))?.usage;
    expect(usage).toMatchObject({ source: 'ESTIMATED' });
    expect(joined.heard.at(-1)).toMatchObject({
      generation: { usage: { inputTokens: 0, costUsd: 0 } },
    });
    expect(await statisticsOf(other)).toMatchObject({
      cacheStats: { requests: 2, misses: 1, joined: 1 },
      routingStats: { models: [{ requests: 1, costUsd: usage?.costUsd }, { requests: 0 }] },
    });
  });

  it.concurrent('is given anew when the first hangs, which then follows', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { one, other, upstream } = processes;
    const { script, release } = heldAnswer();
    upstream.answers(script, say(WHOLE));
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    one.child.kill('SIGSTOP');
    expect(await joined.toEnd()).toBe(WHOLE);
    // The model has said all of the first answer by the time that the process goes on.
    release();
    one.child.kill('SIGCONT');
    expect(await began.toEnd()).toBe(WHOLE);
    expect(began.heard.map(({ __typename }) => __typename)).toContain('GenerationReset');
    expect(upstream.calls).toHaveLength(2);
    const found = await Promise.all([one, other].map((at) => findGeneration(at, idOf(began))));
    expect(found[0]?.text).toBe(WHOLE);
    expect(found[0]?.usage).toEqual(found[1]?.usage);
  });

  it.concurrent('is handed over when the first has to leave before its end', async ({ expect }) => {
    await using processes = await spawnGateways({ DRAIN_TIMEOUT_MS: '100' });
    const { one, other, upstream } = processes;
    upstream.answers(heldAnswer().script, say(WHOLE));
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    const byEvents = await post(
      one,
      { query: FOLLOW, variables: { input } },
      { accept: 'text/event-stream' },
    );
    const asked = ask(one, input);

    const leftAt = performance.now();
    one.child.kill('SIGTERM');
    await joined.next();
    // Nobody waits for a lease that was given away.
    expect(performance.now() - leftAt).toBeLessThan(LEASE_MS);
    expect(await joined.toEnd()).toBe(WHOLE);
    // No end is told to who listens at the process that leaves: he is to come back elsewhere.
    await expect(began.toEnd()).rejects.toMatchObject({ code: 1012 });
    await expect(byEvents.text()).rejects.toThrow('terminated');
    expect(await asked).toMatchObject({ code: 'SHUTTING_DOWN', retryable: true });
    await using resumed = resumeAt(other, began);
    expect(await resumed.toEnd()).toBe(WHOLE);
    expect(upstream.calls).toHaveLength(2);
    expect(await one.exited).toBe(0);
  });

  it.concurrent('is handed over to nobody, until somebody asks for it', async ({ expect }) => {
    await using processes = await spawnGateways({ DRAIN_TIMEOUT_MS: '100' });
    const { one, other, upstream } = processes;
    upstream.answers(heldAnswer().script, say(WHOLE));
    const began = await startGeneration(one, input);
    if (began.__typename !== 'Generation') throw new Error('It failed.');
    await upstream.call(0);
    one.child.kill('SIGTERM');
    expect(await one.exited).toBe(0);
    await expect
      .poll(() => findGeneration(other, began.id), { timeout: 5_000 })
      .toMatchObject({ status: 'FINISHED', text: WHOLE });
    expect(upstream.calls).toHaveLength(2);
  });

  it.concurrent('goes on when Redis comes back empty', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { one, other, upstream, redis } = processes;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    await redis.restart();
    release();
    expect(await began.toEnd()).toBe('Starter feed.');
    expect(await joined.toEnd()).toBe('Starter feed.');
    expect(upstream.calls).toHaveLength(1);
  });

  it.concurrent('is given by each when their owner is cut off from Redis', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { one, other, upstream, line } = processes;
    const { script, release } = heldAnswer();
    upstream.answers(script, say(WHOLE));
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    line.refuse();
    line.cut('RST');
    expect(await joined.toEnd()).toBe(WHOLE);
    release();
    expect(await began.toEnd()).toBe('Starter feed.');
    expect(upstream.calls).toHaveLength(2);
    expect(one.lines.join('\n')).toContain('answers go on for this process alone');
  });

  it.concurrent('is one again when the line to Redis is back', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { one, other, upstream, line } = processes;
    const rest = heldAnswer();
    upstream.answers(heldAnswer().script, rest.script);
    await using began = await hearFirstWord(one, input);
    await using joined = await hearFirstWord(other, input);

    line.refuse();
    line.cut('RST');
    // The other one has taken over, and its model has begun.
    await joined.next();
    await joined.next();
    line.accept();
    await began.next();
    await began.next();
    rest.release();
    expect(await began.toEnd()).toBe('Starter feed.');
    expect(await joined.toEnd()).toBe('Starter feed.');
    expect(upstream.calls).toHaveLength(2);
    // The process that came late has hung up on its model.
    expect(await (await upstream.call(0)).closed).toMatchObject({ aborted: true });
  });

  it.concurrent('fails by a deadline for those who are cut off from it', async ({ expect }) => {
    await using processes = await spawnGateways();
    const { one, other, upstream, line } = processes;
    const { script, release } = heldAnswer();
    upstream.answers(script);
    await using began = await hearFirstWord(other, input);
    await using joined = await hearFirstWord(one, input);

    line.refuse();
    line.cut('RST');
    await joined.toEnd();
    expect(joined.heard.at(-1)).toMatchObject({
      __typename: 'GenerationFailed',
      failure: { code: 'UPSTREAM_UNAVAILABLE', retryable: true },
    });
    release();
    expect(await began.toEnd()).toBe('Starter feed.');
    expect(upstream.calls).toHaveLength(1);
  });
});

/** The same client at another process: it goes on after what it has heard. */
function resumeAt(gateway: Addressed, { heard }: Hearing): Hearing {
  const [{ generationId, seq }] = heard.slice(-1) as [StreamedEvent];
  return hear(listenToGeneration(gateway, generationId, seq), heard);
}

function idOf({ heard }: Hearing): string {
  return (heard[0] as StreamedEvent).generationId;
}

async function statisticsOf(gateway: Addressed) {
  const query = `{
    cacheStats { requests misses joined } routingStats { models { requests costUsd } }
  }`;
  const { data } = await (await post(gateway, { query })).json();
  return data;
}
