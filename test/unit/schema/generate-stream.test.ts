import { type ExecutionResult, parse, subscribe } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { GenerationEvent } from '../../../src/generation/generation.ts';
import type { GenerationService } from '../../../src/generation/service.ts';
import type { GraphContext } from '../../../src/schema/context.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { collect } from '../../support/collect.ts';
import { fakeContext, fakeGenerations } from '../../support/fake-services.ts';
import {
  sampleDecision,
  sampleFailure,
  sampleGeneration,
} from '../../support/sample-generation.ts';

const schema = createSchema();
const generationId = 'generation-1';

describe('generateStream', () => {
  it('sends each event under its own type', async () => {
    const context = contextWith(() =>
      events(
        {
          type: 'started',
          generationId,
          seq: 0,
          cached: false,
          model: 'a',
          decision: sampleDecision,
        },
        { type: 'delta', generationId, seq: 1, offset: 0, text: 'It is' },
        {
          type: 'reset',
          generationId,
          seq: 2,
          reason: 'b took over.',
          model: 'b',
          decision: sampleDecision,
        },
        { type: 'delta', generationId, seq: 4, offset: 0, text: 'Paris' },
        { type: 'finished', generationId, seq: 5, generation: sampleGeneration() },
      ),
    );

    expect(await dataOf(await open(context))).toEqual([
      {
        __typename: 'GenerationStarted',
        generationId,
        seq: 0,
        cached: false,
        model: 'a',
        decision: { cache: { outcome: 'MISS' } },
      },
      { __typename: 'GenerationDelta', generationId, seq: 1, offset: 0, text: 'It is' },
      {
        __typename: 'GenerationReset',
        generationId,
        seq: 2,
        reason: 'b took over.',
        next: 'b',
        decision: { cache: { outcome: 'MISS' } },
      },
      { __typename: 'GenerationDelta', generationId, seq: 4, offset: 0, text: 'Paris' },
      {
        __typename: 'GenerationFinished',
        generationId,
        seq: 5,
        generation: { text: 'It is Paris.', finishReason: 'STOP' },
      },
    ]);
  });

  it('ends a refused request with one event, not with an error', async () => {
    const failure = sampleFailure({ code: 'RATE_LIMITED' });
    const context = contextWith(() => events({ type: 'failed', generationId, seq: 0, failure }));

    expect(await dataOf(await open(context))).toEqual([
      {
        __typename: 'GenerationFailed',
        generationId,
        seq: 0,
        failure: { code: 'RATE_LIMITED', retryAfterMs: 1500 },
      },
    ]);
  });

  it('goes on after the seq, with the key of the input, else of the operation', async () => {
    const asked: [string | null, number][] = [];
    const context: GraphContext = {
      ...contextWith(({ idempotencyKey }, _caller, afterSeq) => {
        asked.push([idempotencyKey, afterSeq]);
        return events();
      }),
      operationKey: 'operation',
    };
    for (const args of [
      'input: { prompt: "x", idempotencyKey: "k" }',
      'input: { prompt: "x" }, afterSeq: 41',
    ]) {
      const document = parse(`subscription { generateStream(${args}) { seq } }`);
      await dataOf((await subscribe({ schema, document, contextValue: context })) as never);
    }

    expect(asked).toEqual([
      ['k', -1],
      ['operation', 41],
    ]);
  });

  it.each([-2, 2 ** 31 - 1])('refuses to go on after the seq %i', async (afterSeq) => {
    for (const field of [
      'generateStream(input: { prompt: "x" }',
      'resumeStream(generationId: "1"',
    ]) {
      const document = parse(`subscription { ${field}, afterSeq: ${afterSeq}) { seq } }`);
      const result = await subscribe({ schema, document, contextValue: fakeContext() });

      expect(result).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'afterSeq' } }],
      });
    }
  });

  it('refuses a bad input before a stream is opened', async () => {
    const document = parse('subscription { generateStream(input: { prompt: "" }) { seq } }');
    const result = await subscribe({ schema, document, contextValue: fakeContext() });

    expect(result).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  it('leaves the generation as soon as its listener returns', async () => {
    const { promise: hung, resolve: hang } = Promise.withResolvers<AbortSignal>();
    const context = contextWith((_request, _caller, _afterSeq, signal) =>
      hangingEvents(signal, hang),
    );
    const stream = await open(context);

    const pending = stream.next();
    const signal = await hung;
    await stream.return();

    expect(signal.aborted).toBe(true);
    expect(await pending).toEqual({ done: true, value: undefined });
  });
});

async function* events(...all: GenerationEvent[]): AsyncGenerator<GenerationEvent> {
  yield* all;
}

async function* hangingEvents(
  signal: AbortSignal,
  hang: (signal: AbortSignal) => void,
): AsyncGenerator<GenerationEvent> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason));
  hang(signal);
  yield await promise;
}

function contextWith(generateStream: GenerationService['generateStream']): GraphContext {
  return fakeContext({ services: { generations: fakeGenerations({ generateStream }) } });
}

async function open(contextValue: GraphContext, moreArguments = '') {
  const document = parse(`subscription {
    generateStream(input: { prompt: "Hi" }${moreArguments}) {
      __typename
      generationId
      seq
      ... on GenerationStarted { cached model decision { cache { outcome } } }
      ... on GenerationDelta { offset text }
      ... on GenerationReset { reason next: model decision { cache { outcome } } }
      ... on GenerationFinished { generation { text finishReason } }
      ... on GenerationFailed { failure { code retryAfterMs } }
    }
  }`);
  const stream = await subscribe({ schema, document, contextValue });
  if (Symbol.asyncIterator in stream) return stream;
  throw new AggregateError(stream.errors ?? [], 'There is no stream.');
}

async function dataOf(stream: AsyncIterable<ExecutionResult>): Promise<unknown[]> {
  const results = await collect(stream);
  return results.map(({ data, errors }) => {
    expect(errors).toBeUndefined();
    return data?.['generateStream'];
  });
}
