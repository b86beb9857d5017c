/**
 * Trains a gain model for the router, from the outcomes that a gateway has logged or from a file:
 *
 *     npm run router:train -- [--from FILE | --from redis] --out FILE [--small NAME --large NAME]
 *
 * The file is written as a whole or not at all, so that a gateway may be reading it.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../src/config/config.ts';
import { ConfigError } from '../src/config/config-error.ts';
import { readEnvironment } from '../src/config/environment.ts';
import { loadConfig } from '../src/config/load-config.ts';
import type { AboutGainModel } from '../src/router/gain/gain-model.ts';
import { writeGainModel } from '../src/router/gain/model-file.ts';
import { promptFeatures } from '../src/router/gain/prompt-features.ts';
import { TooFewOutcomes, trainGainModel } from '../src/router/gain/train-gain-model.ts';
import type { TrainingOutcome } from '../src/router/gain/training-outcome.ts';
import { readOutcomeFiles } from '../src/router/outcomes/outcome-files.ts';
import type { LoggedEntry } from '../src/router/outcomes/port.ts';
import { showProgress } from './progress.ts';
import { openLazyEncoder, type TrainingEncoder } from './training-encoder.ts';
import { isOutcomeLog, type JudgedPrompt, parseTrainingLines } from './training-lines.ts';
import { type TrainingFromLog, trainingFromLog } from './training-log.ts';
import { RedisUnread, readRedisOutcomes } from './training-redis.ts';

const USAGE = `Usage: npm run router:train -- [--from FILE | --from redis] --out FILE [--small NAME --large NAME]

--from     redis (as configured: REDIS_URL), or a file: the outcome log of a gateway (OUTCOME_LOG), or JSON
           lines {"prompt", "small", "large"}, the quality of both models' answers from 0 to 1, null for a
           model that was not asked, and with "source" and "domain" where they are known
--out      the model that is written
--small    the small model of the pair; as configured (MODEL_SMALL) for a log unless given
--large    the large model of the pair
--trained-on  one sentence for a person on what the outcomes are of, in place of ours
--rated-only  silence says nothing: good is only what somebody rated so`;

const MOST_PROBLEMS = 20;

/** The same outcomes give the same model. */
const SEED = 1;

/** What a person at a terminal has to know, without a stack. */
class Told extends Error {}

type Training = {
  readonly outcomes: readonly TrainingOutcome[];
  readonly about: Pick<AboutGainModel, 'pair' | 'trainedOn' | 'encoder'>;
};

type Pair = { readonly small: string; readonly large: string };

try {
  await main();
} catch (error) {
  const told = [Told, TooFewOutcomes, ConfigError, RedisUnread].some(
    (kind) => error instanceof kind,
  );
  process.stderr.write(`${told ? (error as Error).message : (error as Error).stack}\n`);
  process.exitCode = 1;
}

async function main() {
  const wanted = readArguments();
  const config = loadConfig(readEnvironment(process.env, process.cwd()));
  await using encoder = openLazyEncoder(config.cache.semantic);
  const { outcomes, about } = await gather(wanted, config, encoder);
  if (outcomes.length === 0)
    throw new Told('There is no outcome to train on: nothing was written.');
  say(`Training on ${about.trainedOn}`);
  const trainedAt = new Date().toISOString();
  const trainedOn = wanted.trainedOn ?? about.trainedOn;
  const trained = trainGainModel(outcomes, {
    seed: SEED,
    about: { ...about, trainedOn, trainedAt },
  });
  const bytes = writeGainModel(trained);
  await writeWhole(wanted.out, bytes);
  say(describeHeldOut(trained.about));
  say(
    `Wrote ${wanted.out} (${Math.ceil(bytes.length / 1_000)} kB, version ${trained.about.version}).`,
  );
}

function readArguments() {
  const { from = 'redis', out, small, large, ...others } = parse();
  const { 'rated-only': ratedOnly = false, 'trained-on': trainedOn } = others;
  if (out === undefined) throw new Told(`--out says where the model is to be written.\n\n${USAGE}`);
  if ((small === undefined) !== (large === undefined)) {
    throw new Told('--small and --large name a pair: give both, or neither.');
  }
  const pair = small === undefined || large === undefined ? null : { small, large };
  return { from, out, pair, ratedOnly, trainedOn };
}

function parse() {
  try {
    const name = { type: 'string' } as const;
    return parseArgs({
      options: {
        ...{ from: name, out: name, small: name, large: name, 'trained-on': name },
        'rated-only': { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new Told(`${(error as Error).message}\n\n${USAGE}`);
  }
}

type Wanted = ReturnType<typeof readArguments>;

async function gather(wanted: Wanted, config: Config, encoder: TrainingEncoder): Promise<Training> {
  if (wanted.from === 'redis') {
    if (config.redis.url === null) throw new Told('--from redis needs REDIS_URL.');
    return fromLog(readRedisOutcomes(config), 'redis', { wanted, config, encoder });
  }
  const isLog = await isOutcomeLog(wanted.from).catch((error: Error) => {
    throw new Told(`${wanted.from} cannot be read: ${error.message}`);
  });
  if (isLog) {
    const entries = readOutcomeFiles(wanted.from, null);
    return fromLog(entries, basename(wanted.from), { wanted, config, encoder });
  }
  const { judged, problems } = parseTrainingLines(await readFile(wanted.from, 'utf8'));
  if (problems.length > 0) throw new Told(listOf(wanted.from, problems));
  return fromJudged(judged, wanted, encoder);
}

async function fromLog(
  entries: AsyncIterable<LoggedEntry>,
  source: string,
  { wanted, config, encoder }: { wanted: Wanted; config: Config; encoder: TrainingEncoder },
): Promise<Training> {
  const { smallModel: small, largeModel: large } = config.upstream;
  const pair = wanted.pair ?? { small, large };
  const found = await trainingFromLog(entries, {
    pair,
    silenceIsGood: !wanted.ratedOnly,
    now: Date.now(),
    async featuresOf(prompt) {
      const vector = await encoder.encode(prompt);
      return { features: promptFeatures(prompt, vector), encoder: await encoder.id() };
    },
  });
  say(describeLog(found, pair, source));
  const { outcomes, span } = found;
  const days = span === null ? '' : `, ${dayOf(span.from)} to ${dayOf(span.to)}`;
  const trainedOn = `${countOf(outcomes)} answers that this gateway's users got from ${pair.small} and ${pair.large}${days}.`;
  return { outcomes, about: { pair, trainedOn, encoder: found.encoder } };
}

async function fromJudged(
  judged: readonly JudgedPrompt[],
  { from, pair }: Wanted,
  encoder: TrainingEncoder,
): Promise<Training> {
  const progress = showProgress(process.stderr, judged.length);
  const outcomes: TrainingOutcome[] = [];
  for await (const { item, vector } of encoder.encodeAll(judged, ({ prompt }) => prompt)) {
    const { prompt, small, large, domain } = item;
    const features = promptFeatures(prompt, vector);
    outcomes.push({ features, small, large, ...(domain !== null && { domain }) });
    progress.advance(1);
  }
  progress.end();
  const models = pair === null ? 'two models' : `${pair.small} and ${pair.large}`;
  const trainedOn = `${countOf(outcomes)} prompts of ${basename(from)}, answered by ${models}.`;
  return { outcomes, about: { pair, trainedOn, encoder: await encoder.id() } };
}

function describeLog(
  { ofPair, outcomes, unreadable, pairs }: TrainingFromLog,
  pair: Pair,
  source: string,
) {
  const small = outcomes.filter((outcome) => outcome.small !== null).length;
  const lines = [
    `${source}: ${ofPair} answers of ${pair.small} and ${pair.large}, ${outcomes.length} of them with a sign of how good they were (${small} of the small model, ${outcomes.length - small} of the large one).`,
  ];
  if (unreadable > 0) {
    lines.push(
      `${unreadable} were left out: their features are of another version of the gateway.`,
    );
  }
  const others = pairs.filter(
    (each) => each.pair.small !== pair.small || each.pair.large !== pair.large,
  );
  if (others.length > 0) {
    const named = others.map((each) => `${each.pair.small} and ${each.pair.large} (${each.count})`);
    lines.push(
      `Answers of other pairs, which --small and --large would choose: ${named.join(', ')}.`,
    );
  }
  return lines.join('\n');
}

function describeHeldOut({ heldOut }: AboutGainModel): string {
  const { n, uplift, standardError, apgr, ece } = heldOut;
  const probabilities = `On held-out outcomes its probabilities are off by ${(100 * ece).toFixed(1)} points.`;
  if (n === 0) {
    return `No prompt was answered by both models, so that its skill is not measured here: a gateway proves it on explored requests. ${probabilities}`;
  }
  const points = (100 * uplift).toFixed(1);
  const error = (100 * standardError).toFixed(1);
  return `On ${n} held-out prompts the choice by this model is ${points} points (standard error ${error}) better than a random one of equal cost, APGR ${apgr.toFixed(3)}. ${probabilities}`;
}

function countOf(outcomes: readonly unknown[]): string {
  return outcomes.length.toLocaleString('en');
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Whoever reads the file sees the one before or all of this one. */
async function writeWhole(path: string, bytes: Uint8Array) {
  const written = `${path}.${process.pid}.new`;
  try {
    await writeFile(written, bytes);
    await rename(written, path);
  } catch (error) {
    await rm(written, { force: true });
    throw new Told(`${path} cannot be written: ${(error as Error).message}`);
  }
}

function listOf(path: string, problems: readonly string[]): string {
  const more = problems.length - MOST_PROBLEMS;
  const rest = more > 0 ? [`… and ${more} more`] : [];
  const shown = [...problems.slice(0, MOST_PROBLEMS), ...rest];
  return [`Nothing was trained, ${path} is not as it should be:`, ...shown].join('\n  ');
}

function say(sentence: string) {
  process.stdout.write(`${sentence}\n`);
}
