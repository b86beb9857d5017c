import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { readGainModel } from '../../src/router/gain/model-file.ts';
import { openGainModel } from '../../src/router/gain/open-gain-model.ts';
import { promptFeatures } from '../../src/router/gain/prompt-features.ts';
import { encodeFeatures } from '../../src/router/gain/stored-features.ts';
import type { RoutedOutcome } from '../../src/router/outcomes/port.ts';
import { openFileOutcomeLog, openRedisOutcomeLog } from '../support/open-outcome-logs.ts';
import { sampleOutcome } from '../support/sample-outcome.ts';
import { useRedis } from '../support/use-redis.ts';

const ROOT = new URL('../..', import.meta.url).pathname;
const redis = useRedis();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-train-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** `npm run router:train` with these arguments, without npm around it, and without an encoder. */
function runTrain(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return new Promise<Ended>((resolve) => {
    const child = execFile(
      process.execPath,
      ['scripts/train-router.ts', ...args],
      { cwd: ROOT, env: { PATH: process.env['PATH'], ENCODER: 'none', ...env } },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

const THINGS = ['hens', 'ducks', 'geese', 'quails', 'turkeys', 'pigeons', 'swans'];

/** The large model alone can prove; both can name. */
function promptAt(index: number) {
  const thing = `${THINGS[index % THINGS.length]} ${Math.floor(index / 2)}`;
  const isHard = index % 2 === 0;
  const prompt = isHard
    ? `Prove by induction that the sum over all ${thing} is at least n^2 + ${index}.`
    : `Name one of the ${thing}.`;
  return { prompt, small: isHard ? 0 : 1, large: 1 };
}

const judged = Array.from({ length: 400 }, (_, index) => promptAt(index));

/** What a gateway would have logged of them, half with each model. */
const logged: readonly RoutedOutcome[] = judged.map(({ prompt, small }, index) => {
  const tier = index % 4 < 2 ? 'SMALL' : 'LARGE';
  const isBad = tier === 'SMALL' && small === 0;
  return sampleOutcome({
    ...{ tier, at: Date.UTC(2026, 0, 1), unit: null },
    features: encodeFeatures(promptFeatures(prompt, null)),
    signals: isBad ? ['TRUNCATED'] : [],
  });
});

const names = { MODEL_SMALL: 'small-model', MODEL_LARGE: 'large-model' };

async function openWritten(path: string) {
  return openGainModel(readGainModel(await readFile(path)));
}

async function learnedGains(path: string) {
  const model = await openWritten(path);
  const gainOf = (index: number) => model.expect(promptFeatures(promptAt(index).prompt, null)).gain;
  return { hard: gainOf(1_000), easy: gainOf(1_001) };
}

describe.concurrent('npm run router:train', () => {
  it('learns from a file of judged answers, and says what and how well', async ({ expect }) => {
    const from = join(folder, 'judged.jsonl');
    const out = join(folder, 'judged.bin');
    await writeFile(from, judged.map((each) => JSON.stringify(each)).join('\n'));
    const pair = ['--small', 'hen-3b', '--large', 'hen-8b'];
    const { code, out: said, err } = await runTrain(['--from', from, '--out', out, ...pair]);
    expect({ code, said, err }).toMatchObject({ code: 0 });
    expect(said).toContain(
      'Training on 400 prompts of judged.jsonl, answered by hen-3b and hen-8b.',
    );
    expect(said).toMatch(/^On 400 held-out prompts .* APGR 0\.\d{3}/m);
    expect(said).toMatch(/^Wrote .*judged\.bin \(\d+ kB, version .+\)\.$/m);
    const { hard, easy } = await learnedGains(out);
    expect(hard).toBeGreaterThan(easy + 0.5);
    const { about } = await openWritten(out);
    expect(about).toMatchObject({
      ...{ pair: { small: 'hen-3b', large: 'hen-8b' }, outcomes: 400, encoder: null },
    });
  });

  it('learns from the log of a gateway, in a file or in Redis', async ({ expect }) => {
    await using file = await openFileOutcomeLog({ maxEntries: 600 });
    const encryptionKey = Buffer.alloc(32, 3).toString('base64');
    await using shared = await openRedisOutcomeLog(redis.server.url, {
      ...{ maxEntries: 1_000, keyPrefix: 'train:', encryptionKey },
    });
    for (const { log } of [file, shared]) {
      for (const outcome of logged) log.append(outcome);
      await log.flush();
    }
    const inRedis = {
      ...{ REDIS_URL: redis.server.url, REDIS_KEY_PREFIX: 'train:', ENCRYPTION_KEY: encryptionKey },
    };
    for (const [from, env] of [
      [file.path, {}],
      ['redis', inRedis],
    ] as const) {
      const out = join(folder, `${from === 'redis' ? 'redis' : 'file'}.bin`);
      const ended = await runTrain(['--from', from, '--out', out], { ...names, ...env });
      expect(ended).toMatchObject({ code: 0, err: '' });
      expect(ended.out).toContain(
        '400 answers of small-model and large-model, 400 of them with a sign of how good they were (200 of the small model, 200 of the large one).',
      );
      expect(ended.out).toContain('No prompt was answered by both models');
      const { hard, easy } = await learnedGains(out);
      expect(hard).toBeGreaterThan(easy + 0.4);
    }
  });

  it('refuses what there is too little of, and leaves the model before as it is', async ({
    expect,
  }) => {
    const from = join(folder, 'few.jsonl');
    const out = join(folder, 'few.bin');
    await writeFile(
      from,
      judged
        .slice(0, 5)
        .map((each) => JSON.stringify(each))
        .join('\n'),
    );
    await writeFile(out, 'the one before');
    const few = await runTrain(['--from', from, '--out', out]);
    expect(few.code).toBe(1);
    expect(few.err).toMatch(/answers of the small model/);
    expect(few.err).not.toContain('    at ');
    await using log = await openFileOutcomeLog({ maxEntries: 10 });
    log.log.append(sampleOutcome());
    await log.log.flush();
    const none = await runTrain(['--from', log.path, '--out', out], names);
    expect(none).toMatchObject({
      code: 1,
      err: 'There is no outcome to train on: nothing was written.\n',
    });
    expect(await readFile(out, 'utf8')).toBe('the one before');
    const beside = (await readdir(folder)).filter((name) => name.startsWith('few.bin'));
    expect(beside).toEqual(['few.bin']);
  });

  it('says what is wrong with how it was called', async ({ expect }) => {
    const out = join(folder, 'wrong.bin');
    const broken = join(folder, 'broken.jsonl');
    await writeFile(broken, '{"prompt":"a","small":2,"large":1}\n');
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /^--out says where the model is to be written\./],
      [['--out', out], /^--from redis needs REDIS_URL\.\n$/],
      [['--out', out, '--nonsense'], /nonsense/],
      [['--out', out, '--small', 'a'], /^--small and --large name a pair/],
      [['--out', out, '--from', join(folder, 'none.jsonl')], /none\.jsonl cannot be read/],
      [['--out', out, '--from', broken], /line 1: small must be at most 1\./],
    ];
    for (const [args, told] of rows) {
      const { code, err } = await runTrain(args);
      expect({ args, code }).toEqual({ args, code: 1 });
      expect(err).toMatch(told);
    }
    const gone = { REDIS_URL: 'redis://127.0.0.1:1' };
    const away = await runTrain(['--out', out], gone);
    expect(away.code).toBe(1);
    expect(away.err).toMatch(/Redis cannot be read/);
  });
});
