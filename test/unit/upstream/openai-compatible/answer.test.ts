import { describe, expect, it } from 'vitest';
import { startOpenAiCompatible } from '../../../support/openai-compatible.ts';
import { finishOf, neverAborted, textOf, upstreamCall } from '../../../support/upstream-call.ts';
import {
  bytesOf,
  delta,
  done,
  finish,
  hang,
  raw,
  reset,
  respond,
  role,
  type Script,
  say,
  until,
  usageChunk,
} from '../../../support/upstream-script.ts';

describe('the answer', () => {
  it('is streamed: a text is there before the next one is sent', async () => {
    const firstWasRead = Promise.withResolvers<void>();
    await using test = await startOpenAiCompatible({}, [
      role(),
      delta('first'),
      until(firstWasRead.promise),
      ...say(' second'),
    ]);
    const parts = test.upstream.stream(upstreamCall(), neverAborted())[Symbol.asyncIterator]();
    expect((await parts.next()).value).toEqual({ type: 'text', text: 'first' });
    firstWasRead.resolve();
    expect((await parts.next()).value).toEqual({ type: 'text', text: ' second' });
  });

  it('carries the usage that comes after the finish reason', async () => {
    await using test = await startOpenAiCompatible({}, [
      delta('Hi.'),
      finish(),
      usageChunk(12, 3),
      done,
    ]);
    const { parts } = await test.ask();
    expect(finishOf(parts)).toMatchObject({
      finishReason: 'STOP',
      usage: { inputTokens: 12, outputTokens: 3 },
    });
  });

  it.each<[string, Script]>([
    ['[DONE] is missing', [delta('Hi.'), finish()]],
    ['the usage is missing', [delta('Hi.'), finish(), done]],
    ['the connection hangs after the finish reason', [delta('Hi.'), finish(), hang]],
    ['the connection breaks after the finish reason', [delta('Hi.'), finish(), reset]],
    ['the last blank line is missing', [delta('Hi.'), raw(String(bytesOf([finish()])).trimEnd())]],
  ])('is whole when %s', async (_what, script) => {
    await using test = await startOpenAiCompatible({ usageWaitMs: 50 }, script);
    const { parts, error } = await test.ask();
    expect(error).toBeNull();
    expect(textOf(parts)).toBe('Hi.');
    expect(finishOf(parts)).toMatchObject({ finishReason: 'STOP', usage: null });
  });

  it('may come with CRLF, comments, data on several lines, and one byte at a time', async () => {
    const stream = [
      ': welcome',
      'data: {"choices":[{"index":0,',
      'data: "delta":{"content":"grün 🌿"}}]}',
      '',
      ': keep-alive',
      'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
      '',
      'data: [DONE]',
      '',
      '',
    ].join('\r\n');
    await using test = await startOpenAiCompatible(
      {},
      [...Buffer.from(stream)].map((byte) => raw(Uint8Array.of(byte))),
    );
    const { parts, error } = await test.ask();
    expect(error).toBeNull();
    expect(textOf(parts)).toBe('grün 🌿');
  });

  it('may hold a delta of 1 MB', async () => {
    const large = 'é'.repeat(500_000);
    await using test = await startOpenAiCompatible({}, say([large, 'end']));
    const { parts } = await test.ask();
    expect(textOf(parts) === `${large}end`).toBe(true);
  });

  it('is understood when the server does not stream', async () => {
    const choice = { index: 0, message: { content: 'Whole.' }, finish_reason: 'stop' };
    const usage = { prompt_tokens: 4, completion_tokens: 2 };
    await using test = await startOpenAiCompatible(
      {},
      respond(200, { model: 'm', choices: [choice], usage }),
    );
    const { parts } = await test.ask();
    expect(parts).toEqual([
      { type: 'text', text: 'Whole.' },
      {
        type: 'finish',
        finishReason: 'STOP',
        model: 'm',
        usage: { inputTokens: 4, outputTokens: 2 },
      },
    ]);
  });

  it('leaves its connection to the next calls', async () => {
    await using test = await startOpenAiCompatible({});
    for (let call = 0; call < 3; call++) {
      const doneWasRead = Promise.withResolvers<void>();
      test.server.answers(
        [...say('one'), until(doneWasRead.promise)],
        respond(400, { error: {} }),
        respond(200, { choices: [{ message: { content: 'whole' }, finish_reason: 'stop' }] }),
      );
      await test.ask();
      doneWasRead.resolve();
      await test.server.calls.at(-1)?.closed;
      await test.ask();
      await test.ask();
    }
    // A second one is opened where a call is sent before the last bytes of the one before have arrived.
    expect(test.server.connections).toBeLessThanOrEqual(2);
  });

  it('is over at [DONE], and a connection that then goes on is closed', async () => {
    await using test = await startOpenAiCompatible({}, [...say('Hi.'), hang]);
    const { parts } = await test.ask();
    expect(finishOf(parts).usage).not.toBeNull();
    expect(await test.server.calls[0]?.closed).toMatchObject({ aborted: true });
  });
});
