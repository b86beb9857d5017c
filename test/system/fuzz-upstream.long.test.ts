import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../src/domain/errors.ts';
import { openAiCompatible } from '../../src/upstream/openai-compatible.ts';
import type { UpstreamPart } from '../../src/upstream/port.ts';
import { resilientUpstream } from '../../src/upstream/resilience.ts';
import { ask, askForAnswer } from '../support/ask.ts';
import { casesOf, fuzz, fuzzTimeout, isWholeRun, watchFaults } from '../support/fuzz.ts';
import { startGateway } from '../support/gateway.ts';
import { oddScript, SAID_UPSTREAM } from '../support/odd-completions.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { neverAborted, outcomeOf, upstreamCall } from '../support/upstream-call.ts';
import { say } from '../support/upstream-script.ts';

const SILENT_MS = 100;
const CASES = 200;
const CASES_THROUGH_GATEWAY = 100;

describe('whatever a model server says', { timeout: fuzzTimeout }, () => {
  it(`ends with a finish or an upstream’s failure: ${casesOf(CASES)}`, async () => {
    await using server = await startScriptedUpstream();
    await using adapter = openAiCompatible({
      name: 'scripted',
      baseUrl: server.baseUrl,
      apiKey: null,
      usageWaitMs: 10,
    });
    const upstream = resilientUpstream(adapter, {
      firstTokenTimeoutMs: SILENT_MS,
      idleTimeoutMs: SILENT_MS,
      totalTimeoutMs: 10 * SILENT_MS,
      retries: 0,
      random: () => 0,
    });
    const ends = new Set<string>();

    await fuzz(oddScript, { cases: CASES }, async (script) => {
      server.answers(script);
      const { parts, error } = await outcomeOf(upstream.stream(upstreamCall(), neverAborted()));
      for (const part of parts) checkPart(part);
      if (error === null) expect(parts.at(-1)?.type).toBe('finish');
      else checkFailure(error);
      ends.add(error instanceof GatewayError ? error.code : 'finish');
    });

    if (isWholeRun)
      expect([...ends]).toEqual(
        expect.arrayContaining(['finish', 'UPSTREAM_PROTOCOL', 'UPSTREAM_UNAVAILABLE']),
      );
  });

  it(`is an answer or a failure to its caller: ${casesOf(CASES_THROUGH_GATEWAY)}`, async () => {
    await using gateway = await startGateway({
      UPSTREAM_IDLE_TIMEOUT_MS: String(SILENT_MS),
      UPSTREAM_FIRST_TOKEN_TIMEOUT_MS: String(SILENT_MS),
    });
    const { upstream, logs } = gateway;
    const faults = watchFaults(logs);
    let asked = 0;
    const another = () => ({ prompt: `Question ${asked++}`, cache: { mode: 'BYPASS' } });
    const ends = new Set<string>();

    async function again() {
      upstream.answersAll(() => say('still there'));
      expect(await askForAnswer(gateway, another())).toMatchObject({ text: 'still there' });
    }

    await fuzz(oddScript, { cases: CASES_THROUGH_GATEWAY, again }, async (script) => {
      upstream.answersAll(() => script);
      const answer = await ask(gateway, another());
      ends.add(answer.__typename);
      expect(faults()).toEqual([]);
      if (answer.__typename === 'Generation') return;
      expect(answer.code).toMatch(/^UPSTREAM_/);
      expect(answer.message).not.toContain(SAID_UPSTREAM);
    });

    if (isWholeRun) expect(ends.size).toBe(2);
    expect(JSON.stringify(logs)).not.toContain(SAID_UPSTREAM);
  });
});

function checkPart(part: UpstreamPart) {
  if (part.type === 'text' || part.type === 'reasoning') expect(part.text).not.toBe('');
  if (part.type !== 'finish' || part.usage === null) return;
  for (const tokens of Object.values(part.usage)) {
    expect(Number.isSafeInteger(tokens) && tokens >= 0, `${tokens} tokens`).toBe(true);
  }
}

function checkFailure(error: unknown) {
  expect(error).toBeInstanceOf(GatewayError);
  const { code, message, retryAfterMs } = error as GatewayError;
  expect(code).toMatch(/^UPSTREAM_/);
  expect(message).not.toContain(SAID_UPSTREAM);
  if (retryAfterMs !== null) expect(retryAfterMs).toSatisfy(Number.isFinite);
}
