import { describe, expect, it } from 'vitest';
import type { Environment } from '../../src/config/environment.ts';
import {
  ask,
  askForAnswer,
  askForFailure,
  cancelGeneration,
  startGeneration,
} from '../support/ask.ts';
import { type Gateway, startGatewayBefore } from '../support/gateway.ts';
import { heldAnswer } from '../support/held-answer.ts';
import { writeKeysFile } from '../support/keys-file.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { type Addressed, withKey } from '../support/transports.ts';
import { hang, say, until } from '../support/upstream-script.ts';

const BUSY = 'key-of-the-busy-0123456789';
const QUIET = 'key-of-the-quiet-0123456789';

type Tenants = Gateway & { readonly busy: Addressed; readonly quiet: Addressed };

/** Two tenants at a gateway that asks its upstream one thing at a time. */
async function startTenants(environment: Environment = {}): Promise<Tenants> {
  await using starting = new AsyncDisposableStack();
  const upstream = starting.use(await startScriptedUpstream());
  const keys = starting.use(
    await writeKeysFile({
      keys: [
        { tenant: 'busy', key: BUSY },
        { tenant: 'quiet', key: QUIET },
      ],
    }),
  );
  const gateway = starting.use(
    await startGatewayBefore(upstream, {
      API_KEYS_FILE: keys.path,
      UPSTREAM_MAX_CONCURRENT: '1',
      ...environment,
    }),
  );
  const running = starting.move();
  return {
    ...gateway,
    busy: withKey(gateway, BUSY),
    quiet: withKey(gateway, QUIET),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Resolves when so many generations are under way. */
function underWay({ app }: Gateway, count: number): Promise<void> {
  return expect.poll(() => app.generations.activity().generations).toBe(count);
}

/** Resolves when so many of them have settled. */
async function untilOver(answers: readonly Promise<unknown>[], count: number): Promise<void> {
  let over = 0;
  for (const answer of answers) void answer.finally(() => (over += 1));
  await expect.poll(() => over).toBe(count);
}

function promptsOf({ upstream }: Gateway): string[] {
  return upstream.calls.map(({ body }) => body.messages.at(-1)?.content ?? '');
}

const busyPrompts = Array.from({ length: 40 }, (_, index) => `Busy question ${index}.`);

describe('tenants before an upstream that has no room', () => {
  it('have it in turn, however many calls of one of them wait', async () => {
    await using gateway = await startTenants();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    gateway.upstream.answersAll(() => say('Starter feed.'));
    const first = ask(gateway.busy, { prompt: 'First question.' });
    await gateway.upstream.call(0);
    const busy = busyPrompts.map((prompt) => ask(gateway.busy, { prompt }));
    await underWay(gateway, 41);
    const quiet = askForAnswer(gateway.quiet, { prompt: 'Quiet question.' });
    await underWay(gateway, 42);
    release();
    expect((await quiet).text).toBe('Starter feed.');
    expect(promptsOf(gateway).indexOf('Quiet question.')).toBe(2);
    for (const answer of await Promise.all([first, ...busy])) {
      expect(answer.__typename).toBe('Generation');
    }
    expect(gateway.upstream.calls).toHaveLength(42);
  });

  it('are sent away when too many wait, who asks for most first, and no model is blamed', async () => {
    await using gateway = await startTenants({ UPSTREAM_MAX_QUEUED: '2' });
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script, say('Starter feed.'), say('Starter feed.'));
    const first = ask(gateway.busy, { prompt: 'First question.' });
    await gateway.upstream.call(0);
    const busy = busyPrompts.slice(0, 3).map((prompt) => ask(gateway.busy, { prompt }));
    // The first one, and two that wait.
    await underWay(gateway, 3);
    expect(await Promise.race(busy)).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'The gateway is busy: too many calls wait already.',
      retryable: true,
      retryAfterMs: 1_000,
      usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    });
    const quiet = ask(gateway.quiet, { prompt: 'Quiet question.' });
    await untilOver(busy, 2);
    const health = await (await fetch(`${gateway.origin}/health`)).json();
    expect(health).toMatchObject({ status: 'OK' });
    release();
    expect(await quiet).toMatchObject({ text: 'Starter feed.' });
    const outcomes = (await Promise.all([first, ...busy])).map(({ __typename }) => __typename);
    expect(outcomes.toSorted()).toEqual([
      'Generation',
      'Generation',
      'GenerationFailure',
      'GenerationFailure',
    ]);
    expect(gateway.upstream.calls).toHaveLength(3);
  });

  it('pay nothing for what they cancel before its turn', async () => {
    await using gateway = await startTenants();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    const first = ask(gateway.busy, { prompt: 'First question.' });
    await gateway.upstream.call(0);
    const started = await startGeneration(gateway.quiet, { prompt: 'Quiet question.' });
    const { id } = started as { id: string };
    expect(await cancelGeneration(gateway.quiet, id)).toMatchObject({
      status: 'CANCELLED',
      usage: { inputTokens: 0, outputTokens: 0, costUsd: 0 },
    });
    release();
    await first;
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('are told that it is busy when no turn comes in time', async () => {
    await using gateway = await startTenants({ UPSTREAM_QUEUE_TIMEOUT_MS: '50' });
    gateway.upstream.answers([hang]);
    void ask(gateway.busy, { prompt: 'First question.' });
    await gateway.upstream.call(0);
    expect(await askForFailure(gateway.quiet, { prompt: 'Quiet question.' })).toMatchObject({
      code: 'RATE_LIMITED',
      message: 'The gateway is busy: no turn came within 50 ms.',
    });
    expect(gateway.upstream.calls).toHaveLength(1);
  });
});

describe('the deadline of a call', () => {
  it('begins when its turn comes', async () => {
    await using gateway = await startTenants({ UPSTREAM_TOTAL_TIMEOUT_MS: '1000' });
    const turn = Promise.withResolvers<void>();
    gateway.upstream.answers([hang], [until(turn.promise), ...say('Starter feed.')]);
    const first = askForFailure(gateway.busy, {
      prompt: 'First question.',
      model: 'small-model',
    });
    await gateway.upstream.call(0);
    const second = askForAnswer(gateway.quiet, { prompt: 'Quiet question.' });
    expect(await first).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    await gateway.upstream.call(1);
    // Later than its deadline would be if the wait were part of it.
    setTimeout(turn.resolve, 300);
    const { text, timing } = await second;
    expect(text).toBe('Starter feed.');
    expect(timing.totalMs).toBeGreaterThan(1_000);
  });
});
