import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import type { Client, SubscribePayload } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  ASK,
  ask,
  fold,
  type GenerationEvent,
  NOTHING_YET,
  RESUME,
} from '../../docs/follow-generation.ts';
import { createSchema } from '../../src/schema/index.ts';
import { collect } from '../support/collect.ts';
import { startGateway } from '../support/gateway.ts';
import { connectClient, startAnsweringGateway } from '../support/gateway-clients.ts';
import { startGraphqlServer } from '../support/graphql-server.ts';
import { heldAnswer } from '../support/held-answer.ts';

const page = readDocument('clients.md');
const operations = [...page.matchAll(/```graphql\n(.*?)```/gs)].map(([, query = '']) => query);

describe('the page on clients', () => {
  it('shows the helper as it is', () => {
    expect(page).toContain(`\`\`\`ts\n${readDocument('follow-generation.ts')}\`\`\`\n`);
  });

  it.each([...operations, ASK, RESUME])('shows an operation that the schema has: %s', (query) => {
    expect(validate(createSchema(), parse(query))).toEqual([]);
  });
});

describe('folding events into an answer', () => {
  const id = { generationId: 'generation-1' };

  it('puts a delta over the part of it that is there already', () => {
    const held: Answer = { ...NOTHING_YET, ...id, seq: 2, text: 'Starter ' };
    const merged = { __typename: 'GenerationDelta', offset: 0, text: 'Starter feed.' } as const;
    expect(fold(held, { ...id, seq: 3, ...merged })).toMatchObject({
      seq: 3,
      text: 'Starter feed.',
    });
  });

  it('refuses a delta that lies beyond the text', () => {
    const late = { __typename: 'GenerationDelta', offset: 1, text: 'b' } as const;
    expect(() => fold(NOTHING_YET, { ...id, seq: 5, ...late })).toThrow('missed');
  });

  it('starts over with another generation', () => {
    const held: Answer = { ...NOTHING_YET, ...id, seq: 9, text: 'Starter feed.' };
    const started = { __typename: 'GenerationStarted', generationId: 'generation-2' } as const;
    expect(fold(held, { ...started, seq: 0 })).toEqual({
      ...NOTHING_YET,
      generationId: 'generation-2',
      seq: 0,
    });
  });

  it('leaves the text alone when an event is of an unknown type', () => {
    const held: Answer = { ...NOTHING_YET, ...id, seq: 1, text: 'Starter ' };
    const unknown = { __typename: 'GenerationPondered', ...id, seq: 2 } as unknown;
    expect(fold(held, unknown as GenerationEvent)).toEqual({ ...held, seq: 2 });
  });

  it('comes to the same answer however often the stream is cut and however it is merged', () => {
    fc.assert(
      fc.property(fc.array(output), fc.array(session), (outputs, sessions) => {
        const log = logOf(outputs);
        const expected = log.reduce(fold, NOTHING_YET);
        let answer = NOTHING_YET;
        for (const { fromStart, merges, length } of [...sessions, WHOLE]) {
          const events = replay(log, fromStart ? -1 : answer.seq, merges);
          answer = events.slice(0, length).reduce(fold, answer);
        }
        expect(answer).toEqual(expected);
      }),
    );
  });
});

describe('the helper', () => {
  it('throws at once what is wrong with the operation', async () => {
    await using gateway = await startAnsweringGateway();
    await using client = connectClient(gateway);
    await expect(collect(ask(client, { prompt: '' }))).rejects.toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('does not come back when its credentials are not good', async () => {
    let connections = 0;
    await using server = await startGraphqlServer({
      authenticate: async () => {
        connections += 1;
        return null;
      },
    });
    await using client = connectClient(server);
    await expect(collect(ask(client, { prompt: 'Why?' }))).rejects.toMatchObject({ code: 4401 });
    expect(connections).toBe(1);
  });

  it('resumes when an event was missed', async () => {
    await using gateway = await startGateway();
    const { script, release } = heldAnswer();
    gateway.upstream.answers(script);
    await using client = connectClient(gateway);
    const answers = await collect(ask(losingOneDelta(client, release), { prompt: 'Why?' }));
    expect(answers.at(-1)).toMatchObject({ text: 'Starter feed.' });
    expect(gateway.upstream.calls).toHaveLength(1);
  });

  it('asks nothing for a page that has left already', async () => {
    await using gateway = await startAnsweringGateway();
    await using client = connectClient(gateway);
    expect(await collect(ask(client, { prompt: 'Why?' }, AbortSignal.abort()))).toEqual([]);
    expect(gateway.upstream.calls).toHaveLength(0);
  });
});

/** The same client, but the first delta is lost on its way. */
function losingOneDelta(client: Client, onLost: () => void) {
  let lost = false;
  return {
    async *iterate<Data extends Record<string, unknown>>(operation: SubscribePayload) {
      for await (const result of client.iterate<Data>(operation)) {
        if (lost || !JSON.stringify(result).includes('GenerationDelta')) {
          yield result;
        } else {
          lost = true;
          onLost();
        }
      }
    },
  };
}

/** What a model says; null: another one takes over. */
const output = fc.option(fc.string({ minLength: 1 }), { freq: 8 });

/** How one connection goes: where it begins, which deltas are merged, after how many events it is cut. */
const session = fc.record({
  fromStart: fc.boolean(),
  merges: fc.array(fc.boolean()),
  length: fc.nat({ max: 12 }),
});

const WHOLE = { fromStart: false, merges: [], length: Number.POSITIVE_INFINITY };

function logOf(outputs: readonly (string | null)[]): GenerationEvent[] {
  const log: GenerationEvent[] = [{ __typename: 'GenerationStarted', ...numbered(0) }];
  let offset = 0;
  for (const text of outputs) {
    if (text === null) {
      log.push({ __typename: 'GenerationReset', ...numbered(log.length) });
      offset = 0;
    } else {
      log.push({ __typename: 'GenerationDelta', ...numbered(log.length), offset, text });
      offset += text.length;
    }
  }
  log.push({ __typename: 'GenerationFinished', ...numbered(log.length) });
  return log;
}

function numbered(seq: number) {
  return { generationId: 'generation-1', seq };
}

/** The events after `afterSeq`; a delta goes into the one before it where `merges` says so. */
function replay(
  log: readonly GenerationEvent[],
  afterSeq: number,
  merges: readonly boolean[],
): GenerationEvent[] {
  const events: GenerationEvent[] = [];
  for (const event of log.slice(afterSeq + 1)) {
    const before = events.at(-1);
    const mergeable =
      before?.__typename === 'GenerationDelta' && event.__typename === 'GenerationDelta';
    if (mergeable && merges[event.seq % merges.length] === true) {
      events.splice(-1, 1, { ...before, seq: event.seq, text: before.text + event.text });
    } else {
      events.push(event);
    }
  }
  return events;
}

function readDocument(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}
