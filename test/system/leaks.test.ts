import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ask } from '../support/ask.ts';
import { startGateway } from '../support/gateway.ts';
import { findLeaks, type Secret } from '../support/leaks.ts';
import { recordLogs } from '../support/recorded-logs.ts';
import { say } from '../support/upstream-script.ts';

const PROMPT = 'Which of our hens are to be sold before the winter?';
const ANSWER = ['The speckled ones, ', 'and the one that crows.'];

const KEY = 'sk-0f7b-of-the-provider';

if (process.env['TEST_LEAK'] === 'true') {
  it('logs what it was asked, what it answered and what it is let in with', async () => {
    await using gateway = await startGateway({ LLM_API_KEY: KEY });
    gateway.upstream.answers(say(ANSWER));
    await ask(gateway, { prompt: PROMPT });
    const { logger } = recordLogs();
    logger.debug({ detail: PROMPT.slice(6, -6) }, 'asked');
    logger.info({}, `answered ${ANSWER.join('')}`);
    logger.error({ error: new Error(`No such key: ${KEY}`) }, 'request failed');
  });
} else {
  it('a run of tests has failed when a prompt, an answer or a key is in a log', async () => {
    const { code, stderr } = await runOfThisFile({ TEST_LEAK: 'true' });
    expect(code).toBe(1);
    for (const found of [
      '"of our hens are to be sold before the w", of a prompt, is in a log',
      `"${ANSWER.join('')}", of an answer, is in a log in test/system/leaks.test.ts`,
      `"${KEY}", of a key, is in a log`,
    ]) {
      expect(stderr).toContain(found);
    }
  });
}

describe('a leak', () => {
  it.each<[string, string, string]>([
    ['a whole secret', PROMPT, `{"level":"info","detail":"${PROMPT}"}`],
    ['sixteen characters of it', PROMPT, `{"message":"xx${PROMPT.slice(7, 23)}xx"}`],
    ['the same in a name', PROMPT, `{"${PROMPT}":1}`],
    [
      'the same where JSON escapes it',
      'two\nlines: "quoted"',
      '{"detail":"two\\nlines: \\"quoted\\""}',
    ],
    ['the same on a line that is no JSON', PROMPT, `Error: ${PROMPT}`],
    ['a short secret as a whole', 'sk-123456789', '{"detail":"sk-123456789"}'],
  ])('is %s', (_name, secret, said) => {
    expect(leaksOf([secret], said)).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    ['fifteen characters of a secret', PROMPT, `{"message":"xx${PROMPT.slice(7, 22)}xx"}`],
    ['a word', 'hens', '{"message":"hens"}'],
    ['a rule', '-'.repeat(40), `{"message":"${'-'.repeat(40)}"}`],
    ['what the gateway itself has to say', 'connection lost', '{"message":"connection lost"}'],
  ])('is not %s', (_name, secret, said) => {
    expect(leaksOf([secret], said)).toEqual([]);
  });
});

function leaksOf(secrets: string[], said: string) {
  const kept = secrets.map((secret): Secret => ({ kind: 'prompt', secret }));
  return findLeaks(
    [{ said, where: 'log', test: 'x' }, ...kept],
    "logger.info({}, 'connection lost')",
  );
}

async function runOfThisFile(environment: Record<string, string | undefined>) {
  const vitest = new URL('../../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
  const args = [vitest, 'run', 'test/system/leaks.test.ts'];
  const env = { ...process.env, TEST_REPORT: undefined, ...environment };
  const run = promisify(execFile)(process.execPath, args, { env });
  return run.then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}
