import { parse, subscribe } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { GraphContext } from '../../../src/schema/context.ts';
import { createSchema } from '../../../src/schema/index.ts';
import type { Statistics } from '../../../src/telemetry/statistics.ts';
import {
  emptySummary,
  fakeContext,
  fakeStatistics,
  operator,
} from '../../support/fake-services.ts';

const schema = createSchema();

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00.000Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('statsChanged', () => {
  it('sends what is counted so far at once', async () => {
    const stream = await open(fakeContext({ principal: operator }));

    expect(await stream.next()).toEqual({
      done: false,
      value: {
        data: {
          statsChanged: {
            at: '2026-01-01T00:00:00.000Z',
            cache: { requests: 0 },
            routing: { enabled: false },
            activeGenerations: 2,
            subscribers: 1,
            overhead: { count: 0 },
          },
        },
      },
    });
    await stream.return();
  });

  it('is silent until something but the time has changed', async () => {
    const { read, context } = countedRequests(5);
    const stream = await open(context);
    await stream.next();

    const onEvent = vi.fn();
    const pending = stream.next().then(onEvent);
    await vi.advanceTimersByTimeAsync(3000);
    expect(read).toHaveBeenCalledTimes(4);
    expect(onEvent).not.toHaveBeenCalled();

    read.mockResolvedValue(emptySummary({ requests: 6 }));
    await vi.advanceTimersByTimeAsync(1000);
    await pending;
    expect(onEvent.mock.lastCall).toMatchObject([
      {
        value: {
          data: { statsChanged: { at: '2026-01-01T00:00:04.000Z', cache: { requests: 6 } } },
        },
      },
    ]);
    await stream.return();
  });

  it('looks as often as asked, over the window that was asked for', async () => {
    const { read, context } = countedRequests(0);
    const stream = await open(context, '(intervalMs: 250, window: DAY)');
    await stream.next();

    const pending = stream.next();
    await vi.advanceTimersByTimeAsync(1000);

    expect(read.mock.calls).toEqual(Array.from({ length: 5 }, () => ['ALL_TENANTS', 'DAY']));
    await stream.return();
    await pending;
  });

  it('stops its timer as soon as its listener returns', async () => {
    const stream = await open(fakeContext({ principal: operator }), '(intervalMs: 60000)');
    await stream.next();

    const pending = stream.next();
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(1);
    await stream.return();

    expect(await pending).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops its timer as soon as the caller has left', async () => {
    const left = new AbortController();
    const stream = await open(fakeContext({ principal: operator, signal: left.signal }));
    await stream.next();

    const pending = stream.next();
    await vi.advanceTimersByTimeAsync(0);
    left.abort();

    expect(await pending).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([249, 60_001])('refuses to look every %i ms', async (intervalMs) => {
    const result = await subscribe({
      schema,
      document: parse(`subscription { statsChanged(intervalMs: ${intervalMs}) { at } }`),
      contextValue: fakeContext({ principal: operator }),
    });

    expect(result).toMatchObject({
      errors: [
        {
          message: 'The input is not valid: intervalMs must be 250 to 60000.',
          extensions: { code: 'BAD_USER_INPUT', field: 'intervalMs' },
        },
      ],
    });
  });
});

function countedRequests(requests: number) {
  const read = vi.fn<Statistics['read']>().mockResolvedValue(emptySummary({ requests }));
  const statistics = fakeStatistics({ read });
  return { read, context: fakeContext({ principal: operator, services: { statistics } }) };
}

async function open(contextValue: GraphContext, args = '') {
  const document = parse(`subscription {
    statsChanged${args} {
      at
      cache { requests }
      routing { enabled }
      activeGenerations
      subscribers
      overhead { count }
    }
  }`);
  const stream = await subscribe({ schema, document, contextValue });
  if (Symbol.asyncIterator in stream) return stream;
  throw new AggregateError(stream.errors ?? [], 'There is no stream.');
}
