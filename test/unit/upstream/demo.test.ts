import { afterEach, describe, expect, it, vi } from 'vitest';
import { demoUpstream } from '../../../src/upstream/demo.ts';
import type { UpstreamCall } from '../../../src/upstream/port.ts';
import { collect } from '../../support/collect.ts';
import {
  finishOf,
  neverAborted,
  outcomeOf,
  textOf,
  upstreamCall,
} from '../../support/upstream-call.ts';

describe('the demo', () => {
  it('says that it is no model, which one was asked for, and how to configure one', async () => {
    const answer = textOf(await ask({ model: 'demo-8b' }));
    expect(answer).toMatch('not a language model: no model is configured');
    expect(answer).toMatch('demo-8b');
    for (const name of ['LLM_PROVIDER', 'LLM_BASE_URL', 'LLM_API_KEY', 'HUGGINGFACE_API_KEY']) {
      expect(answer).toMatch(name);
    }
  });

  it('repeats nothing of the prompt but its length', async () => {
    const prompt = { role: 'USER', content: 'My  password is\nhunter2' } as const;
    const answer = textOf(await ask({ messages: [prompt] }));
    expect(answer).toMatch('a prompt of 4 words.');
    expect(answer).not.toMatch(/hunter2|password/);
  });

  it('answers equal calls equally', async () => {
    expect(await ask()).toEqual(await ask());
  });

  it('counts words as tokens', async () => {
    const messages = [
      { role: 'USER', content: 'one two' },
      { role: 'ASSISTANT', content: 'three' },
      { role: 'USER', content: 'four' },
    ] as const;
    const parts = await ask({ system: 'five six', messages });
    expect(finishOf(parts).usage).toEqual({ inputTokens: 6, outputTokens: parts.length - 1 });
  });

  it('stops at the bound on tokens', async () => {
    const parts = await ask({ maxTokens: 4 });
    expect(textOf(parts)).toBe('This is the built-in');
    expect(finishOf(parts)).toMatchObject({
      finishReason: 'LENGTH',
      usage: { outputTokens: 4 },
    });
  });

  it('stops before a stop sequence', async () => {
    const parts = await ask({ stop: ['nowhere', ' demo'] });
    expect(textOf(parts)).toBe('This is the built-in');
    expect(finishOf(parts).finishReason).toBe('STOP');
  });

  it('answers with a JSON object when asked to', async () => {
    const parts = await ask({ responseFormat: { kind: 'JSON' } });
    expect(JSON.parse(textOf(parts))).toMatchObject({ demo: true, promptWords: 5 });
  });

  it('rejects a JSON Schema, which it cannot follow', async () => {
    const responseFormat = { kind: 'JSON_SCHEMA', jsonSchema: '{}' } as const;
    const stream = demoUpstream({ pace: 0 }).stream(
      upstreamCall({ responseFormat }),
      neverAborted(),
    );
    expect((await outcomeOf(stream)).error).toMatchObject({
      code: 'UPSTREAM_REJECTED',
      retryable: false,
    });
  });
});

describe('the pace of the demo', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['demo-3b', 1, 120, 1000 / 90],
    ['demo-8b', 1, 250, 1000 / 45],
    ['demo-8b', 0.1, 25, 100 / 45],
  ])('is for %s at %f times: %f ms to the first token, then %f ms each', async (model, pace, first, each) => {
    vi.useFakeTimers();
    const seen = vi.fn();
    const answering = (async () => {
      const stream = demoUpstream({ pace }).stream(upstreamCall({ model }), neverAborted());
      for await (const part of stream) seen(part);
    })();
    await vi.advanceTimersByTimeAsync(first - 1);
    expect(seen).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen).toHaveBeenCalledTimes(1);
    // Timers go by whole milliseconds.
    await vi.advanceTimersByTimeAsync(10 * Math.floor(each));
    expect(seen).toHaveBeenCalledTimes(11);
    await vi.runAllTimersAsync();
    await answering;
  });
});

function ask(fields: Partial<UpstreamCall> = {}) {
  return collect(demoUpstream({ pace: 0 }).stream(upstreamCall(fields), neverAborted()));
}
