import { describe, expect, it } from 'vitest';
import {
  type Answer,
  ASK,
  ask,
  fold,
  type GenerationEvent,
  NOTHING_YET,
  resume,
} from '../../docs/follow-generation.ts';
import { findGeneration } from '../support/ask.ts';
import { comesBack, type Follower, resenders, resumers } from '../support/followers.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { connectClient } from '../support/gateway-clients.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import type { Addressed } from '../support/transports.ts';
import {
  delta,
  done,
  finish,
  hang,
  role,
  type Script,
  say,
  until,
  usageChunk,
} from '../support/upstream-script.ts';

/** Neither joined nor cached: whoever gets the same answer attached to it. */
const input = { prompt: 'What do day-old chicks eat?', cache: { mode: 'BYPASS' } };
const followers = { ...resenders, ...resumers };

/** Longer than a poll waits by itself: a client takes a while to come back. */
const POLL = { timeout: 10_000 };

describe('a client whose connection is cut in mid-answer', () => {
  it.each(
    Object.entries(followers),
  )('%s: comes back to the same answer, twice, and has its exact text', async (_name, follow) => {
    await using gateway = await startGateway();
    await using proxy = await startTcpProxy(portOf(gateway));
    const { script, goOn } = answerInThreeParts();
    gateway.upstream.answers(script);
    const { heard, text, ended } = listen(follow, through(proxy));
    await expect.poll(text, POLL).toBe('Day-old chicks ');

    // The model goes on while nobody can hear it.
    proxy.refuse();
    proxy.cut('RST');
    goOn();
    await expect.poll(() => textKept(gateway, heard[0]), POLL).toBe('Day-old chicks eat ');
    await expect.poll(() => proxy.refused, POLL).toBeGreaterThan(0);
    proxy.accept();
    await expect.poll(text, POLL).toBe('Day-old chicks eat ');

    // And once more, and this time it is back before the model goes on.
    proxy.cut('FIN');
    await expect.poll(() => proxy.accepted, POLL).toBeGreaterThan(2);
    await expect.poll(() => listenersOf(gateway), POLL).toBe(1);
    goOn();
    await ended;
    expect(heard.at(-1)).toMatchObject({
      text: 'Day-old chicks eat starter feed.',
      end: { __typename: 'GenerationFinished' },
    });
    expect(idsIn(heard).size).toBe(1);
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it.each(
    Object.entries(followers),
  )('%s: and once more in the midst of what is replayed to it', async (_name, follow) => {
    await using gateway = await startGateway();
    await using proxy = await startTcpProxy(portOf(gateway));
    const words = Array.from({ length: 100_000 }, (_, index) => `word ${index}, `);
    const chunks = Array.from({ length: 100 }, (_, index) =>
      words.slice(1_000 * index, 1_000 * (index + 1)).join(''),
    );
    gateway.upstream.answers(say(chunks));
    const whole = chunks.join('');
    proxy.cutAfter(whole.length / 4, whole.length / 2);
    const { heard, text, ended } = listen(follow, through(proxy));
    await ended;
    expect(text()).toBe(whole);
    expect(proxy.accepted).toBeGreaterThan(2);
    expect(idsIn(heard).size).toBe(1);
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('the client of graphql-ws: comes back when it gives up a line that fell silent', async () => {
    await using gateway = await startGateway();
    const { script, goOn } = answerInThreeParts();
    gateway.upstream.answers(script);
    let connections = 0;
    const connected = () => {
      connections += 1;
    };
    await using client = connectClient(gateway, { ...comesBack, on: { connected } });
    const ids = new Set<string>();
    let answer = NOTHING_YET;
    const results = client.iterate<{ event: GenerationEvent }>({
      query: ASK,
      variables: { input },
    });
    for await (const { data } of results) {
      if (!data) throw new Error('A result without an event.');
      ids.add(data.event.generationId);
      const before = answer;
      answer = fold(before, data.event);
      if (answer === before || answer.text !== 'Day-old chicks ') continue;
      client.terminate();
      goOn();
      goOn();
    }
    expect(connections).toBe(2);
    expect(answer.text).toBe('Day-old chicks eat starter feed.');
    expect(ids.size).toBe(1);
    expect(gateway.upstream.calls).toHaveLength(1);
  });
});

describe('a client that is back after the grace period', () => {
  async function returnTooLate(follow: Follower) {
    await using gateway = await startGateway({ GENERATION_GRACE_MS: '0' });
    await using proxy = await startTcpProxy(portOf(gateway));
    gateway.upstream.answers([role(), delta('Day-old chicks '), hang], say('Starter feed.'));
    const { heard, text, ended } = listen(follow, through(proxy));
    await expect.poll(text, POLL).toBe('Day-old chicks ');
    proxy.refuse();
    proxy.cut();
    const call = await gateway.upstream.call(0);
    expect(await call.closed).toMatchObject({ aborted: true });
    proxy.accept();
    await ended;
    return { heard, calls: gateway.upstream.calls };
  }

  it.each(
    Object.entries(resenders),
  )('%s: has begun anew, and has the exact text of the new answer', async (_name, follow) => {
    const { heard, calls } = await returnTooLate(follow);
    expect(heard.at(-1)).toMatchObject({
      text: 'Starter feed.',
      end: { __typename: 'GenerationFinished' },
    });
    expect(idsIn(heard).size).toBe(2);
    expect(calls).toHaveLength(2);
  });

  it.each(
    Object.entries(resumers),
  )('%s: is told that the answer was stopped, and has paid for no other', async (_name, follow) => {
    const { heard, calls } = await returnTooLate(follow);
    expect(heard.at(-1)).toMatchObject({
      text: 'Day-old chicks ',
      end: { __typename: 'GenerationFailed', failure: { code: 'CANCELLED' } },
    });
    expect(idsIn(heard).size).toBe(1);
    expect(calls).toHaveLength(1);
  });
});

it('a page that was loaded again resumes its answer by the id', async () => {
  await using gateway = await startGateway();
  const { script, goOn } = answerInThreeParts();
  gateway.upstream.answers(script);
  const unloading = new AbortController();
  let generationId = '';
  await using before = connectClient(gateway);
  for await (const answer of ask(before, input, unloading.signal)) {
    generationId = answer.generationId ?? '';
    if (answer.text === 'Day-old chicks ') unloading.abort();
  }
  await using after = connectClient(gateway);
  const heard: Answer[] = [];
  for await (const answer of resume(after, generationId)) {
    heard.push(answer);
    goOn();
  }
  expect(heard.at(-1)?.text).toBe('Day-old chicks eat starter feed.');
  expect(idsIn(heard)).toEqual(new Set([generationId]));
  expect(gateway.upstream.calls).toHaveLength(1);
});

/** Each call of `goOn` lets the model say one more part. */
function answerInThreeParts(): { script: Script; goOn: () => void } {
  const pauses = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const waiting = [...pauses];
  const script = [
    role(),
    delta('Day-old '),
    delta('chicks '),
    until(pauses[0].promise),
    delta('eat '),
    until(pauses[1].promise),
    delta('starter '),
    delta('feed.'),
    finish(),
    usageChunk(9, 6),
    done,
  ];
  return { script, goOn: () => waiting.shift()?.resolve() };
}

/** Follows the answer to `input`, and keeps what it heard. */
function listen(follow: Follower, server: Addressed) {
  const heard: Answer[] = [];
  const ended = follow(server, input, (answer) => heard.push(answer));
  // It is awaited in the end; until then a failure shows as an answer that does not come.
  ended.catch(() => {});
  return { heard, ended, text: () => heard.at(-1)?.text };
}

function portOf({ url }: Addressed): number {
  return Number(new URL(url).port);
}

function through({ port }: TcpProxy): Addressed {
  return { url: `http://127.0.0.1:${port}/graphql`, wsUrl: `ws://127.0.0.1:${port}/graphql` };
}

function listenersOf(gateway: Gateway): number {
  return gateway.app.generations.activity().subscribers;
}

function idsIn(heard: readonly Answer[]): Set<string | null> {
  return new Set(heard.map(({ generationId }) => generationId));
}

/** The text that the gateway has of the generation by now. */
async function textKept(gateway: Gateway, answer: Answer | undefined) {
  return (await findGeneration(gateway, answer?.generationId ?? ''))?.text;
}
