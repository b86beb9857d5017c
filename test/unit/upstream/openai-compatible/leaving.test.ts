import { describe, expect, it } from 'vitest';
import { startOpenAiCompatible } from '../../../support/openai-compatible.ts';
import { neverAborted, upstreamCall } from '../../../support/upstream-call.ts';
import {
  bytesOf,
  delta,
  hang,
  raw,
  role,
  type Script,
  say,
} from '../../../support/upstream-script.ts';

describe('a caller that leaves', () => {
  it.each<[string, Script, number]>([
    ['before the headers', [hang], 0],
    ['before the first text', [role(), hang], 0],
    ['in the middle', [delta('Half'), hang], 1],
  ])('closes the connection at once: %s', async (_when, script, partsRead) => {
    await using test = await startOpenAiCompatible({}, script);
    const caller = new AbortController();
    const parts = test.upstream.stream(upstreamCall(), caller.signal)[Symbol.asyncIterator]();
    for (let read = 0; read < partsRead; read++) await parts.next();
    const pending = parts.next();
    const call = await test.server.call(0);
    const reason = new Error('left');

    const abortedAt = performance.now();
    caller.abort(reason);
    await expect(pending).rejects.toBe(reason);
    const closing = await call.closed;

    expect(closing).toMatchObject({ aborted: true });
    expect(performance.now() - abortedAt).toBeLessThan(1_000);
  });

  it('closes the connection while it still holds a part', async () => {
    await using test = await startOpenAiCompatible({}, [delta('Half'), hang]);
    const caller = new AbortController();
    const parts = test.upstream.stream(upstreamCall(), caller.signal)[Symbol.asyncIterator]();
    await parts.next();
    caller.abort(new Error('left'));

    expect(await test.server.calls[0]?.closed).toEqual({ aborted: true, chunksSent: 1 });
  });

  it('closes the connection by leaving the loop', async () => {
    await using test = await startOpenAiCompatible({}, [delta('Half'), hang]);
    for await (const part of test.upstream.stream(upstreamCall(), neverAborted())) {
      expect(part).toEqual({ type: 'text', text: 'Half' });
      break;
    }
    expect(await test.server.calls[0]?.closed).toMatchObject({ aborted: true });
  });

  it('hears nothing of what had arrived already', async () => {
    await using test = await startOpenAiCompatible({}, [
      raw(bytesOf(say(['one', 'two', 'three']))),
    ]);
    const caller = new AbortController();
    const heard: string[] = [];
    const listening = (async () => {
      for await (const part of test.upstream.stream(upstreamCall(), caller.signal)) {
        heard.push(part.type);
        caller.abort(new Error('left'));
      }
    })();
    await expect(listening).rejects.toThrow('left');
    expect(heard).toEqual(['text']);
  });
});

describe('a caller that does not read', () => {
  it('holds the upstream back, and nobody else', async () => {
    const block = delta('x'.repeat(256 * 1024));
    const long = [...Array.from({ length: 64 }, () => block), ...say('end')];
    await using test = await startOpenAiCompatible({}, long, long);
    const parts = test.upstream.stream(upstreamCall(), neverAborted())[Symbol.asyncIterator]();
    await parts.next();

    // In the time in which this caller hears it all, the other's answer must not have got through.
    const { error } = await test.ask();
    expect(error).toBeNull();
    await parts.return?.();
    const closing = await test.server.calls[0]?.closed;
    expect(closing?.aborted).toBe(true);
    expect(closing?.chunksSent).toBeLessThan(64);
  });
});
