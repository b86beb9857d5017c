import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { askForAnswer } from '../support/ask.ts';
import { secret } from '../support/evidence.ts';
import { startGateway } from '../support/gateway.ts';
import { type KeysFile, writeKeysFile } from '../support/keys-file.ts';
import { withKey } from '../support/transports.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const OPERATOR = 'key-of-the-operator-0123456789';
const CALLER = 'key-of-a-caller-0123456789';

let folder: string;
let keys: KeysFile;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-warm-'));
  keys = await writeKeysFile({
    keys: [
      { tenant: 'acme', key: OPERATOR, operator: true },
      { tenant: 'acme', key: CALLER },
    ],
  });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await keys[Symbol.asyncDispose]();
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** `npm run warm` with these arguments, without npm around it. */
function runWarm(args: readonly string[], key?: string): Promise<Ended> {
  if (key !== undefined) secret('key', key);
  const env = { PATH: process.env['PATH'], ...(key !== undefined && { SLUICE_API_KEY: key }) };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['scripts/warm.ts', ...args],
      { cwd: ROOT, env },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

async function writeAnswers(name: string, content: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const answers = Array.from({ length: 250 }, (_, index) => ({
  question: `How much does chick ${index} weigh?`,
  answer: `${40 + index} g`,
}));
const lines = answers.map((each) => JSON.stringify(each)).join('\n');

describe.concurrent('npm run warm', () => {
  it('stores the answers of a file, shows how far it came, and may be run again', async ({
    expect,
  }) => {
    await using gateway = await startGateway({ API_KEYS_FILE: keys.path });
    const path = await writeAnswers('answers.jsonl', lines);
    for (let time = 0; time < 2; time += 1) {
      const { code, out, err } = await runWarm([path, '--url', gateway.url], OPERATOR);
      expect({ code, out }).toEqual({
        code: 0,
        out: expect.stringMatching(/^Stored 250 of 250 answers in \d+\.\d s\.\n$/),
      });
      expect(err).toBe('40 % (100 of 250)\n80 % (200 of 250)\n100 % (250 of 250)\n');
    }
    for (const index of [0, 99, 100, 249]) {
      const prompt = `how much does chick ${index} weigh`;
      const hit = await askForAnswer(withKey(gateway, CALLER), { prompt });
      expect(hit).toMatchObject({ cached: true, text: `${40 + index} g` });
    }
    expect(gateway.upstream.calls).toEqual([]);
  });

  it('puts what names no namespace into the one that is given', async ({ expect }) => {
    await using gateway = await startGateway({ API_KEYS_FILE: keys.path });
    const content = JSON.stringify([{ prompt: 'Who?', answer: 'Me.', source: 'faq' }]);
    const path = await writeAnswers('answers.json', content);
    const args = [path, '--url', gateway.url, '--key', OPERATOR, '--namespace', 'faq'];
    const { code, err } = await runWarm(args);
    expect(code).toBe(0);
    expect(err).toContain('Fields that are passed over: source.\n');
    const input = { prompt: 'Who?', cache: { namespace: 'faq' } };
    expect(await askForAnswer(withKey(gateway, CALLER), input)).toMatchObject({ text: 'Me.' });
  });

  it('stores nothing of a file in which something is wrong, and lists all of it', async ({
    expect,
  }) => {
    const path = await writeAnswers('wrong.jsonl', `${lines}\n{"answer":1}\n{`);
    const { code, out, err } = await runWarm([path]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.split('\n')).toEqual([
      `Nothing was stored, ${path} is not as it should be:`,
      expect.stringMatching(/^ {2}line 252: is no JSON: /),
      '  line 251: answer must be a text',
      '  line 251: must have either a prompt or a question, which mean the same',
      '',
    ]);
  });

  it.for<[string | undefined, RegExp]>([
    [CALLER, /needs an operator's key/],
    ['no-such-key-0123456789', /not valid\. Show an operator's key/],
    [undefined, /not valid\. Show an operator's key/],
  ])('says that it takes an operator: %s', async ([key, reason], { expect }) => {
    await using gateway = await startGateway({ API_KEYS_FILE: keys.path });
    const path = await writeAnswers(`${key}.jsonl`, lines);
    const { code, out, err } = await runWarm([path, '--url', gateway.url], key);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(reason);
    expect(err).toContain('Stored 0 of 250 answers.');
  });

  it('fails when the cache is off', async ({ expect }) => {
    await using gateway = await startGateway({ API_KEYS_FILE: keys.path, CACHE_ENABLED: 'false' });
    const path = await writeAnswers('skipped.jsonl', lines);
    const { code, out, err } = await runWarm([path, '--url', gateway.url], OPERATOR);
    expect(code).toBe(1);
    expect(out).toMatch(/^Stored 0 of 250 answers/);
    expect(err).toContain('250 were skipped: the cache is off, or its store did not answer.');
  });

  it.for<[string[], RegExp]>([
    [[], /^Usage: npm run warm -- FILE/],
    [['a', 'b'], /^Usage/],
    [['a', '--nonsense'], /--nonsense/],
    [['a', '--url', 'localhost'], /^--url must be the URL of a gateway/],
    [['a', '--namespace', 'no space'], /^--namespace must be 1 to 128/],
    [['/no/such/file'], /^\/no\/such\/file cannot be read/],
  ])('says how it is meant: %j', async ([args, told], { expect }) => {
    const { code, err } = await runWarm(args);
    expect(code).toBe(1);
    expect(err).toMatch(told);
  });
});
