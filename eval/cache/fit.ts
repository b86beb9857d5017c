/**
 * Fits how the evidence becomes a confidence, and certifies the thresholds:
 *
 *     node eval/cache/fit.ts SPLIT [--contrasts eval/cache/contrasts.jsonl] [--out models/cache-confidence.json]
 *                            [--as-labelled]
 *
 * SPLIT is what `eval/cache/split.ts` wrote. The weights come from the pairs of its `calibrate` part, the thresholds from
 * the nearest neighbours of a stream of the prompts of its clusters; the `test` part is not read. Told `--as-labelled`, it
 * does not mend the labels by `read-again.json`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { digest } from '../../src/cache/digest.ts';
import {
  type ConfidenceModel,
  confidenceOf,
  type PairEvidence,
} from '../../src/cache/semantic/confidence.ts';
import { pairDigest } from '../../src/cache/semantic/pair-digest.ts';
import { certify, type Served } from './certify.ts';
import { clusterSchema } from './clusters.ts';
import { readJsonLines } from './json-lines.ts';
import { fitLogistic } from './logistic.ts';
import { type Match, matchesOfPairs, matchesOfStream } from './matches.ts';
import { openMatching } from './open-evaluation.ts';
import { pairSchema } from './pairs.ts';
import readAgainFile from './read-again.json' with { type: 'json' };

const CONFIDENCE_LEVEL = 0.95;
const RATES = [0.005, 0.01, 0.02, 0.05, 0.1];
const PENALTY = 2;

/**
 * At an error rate of 1 %: the largest share of different pairs of a source that may be served. Of the pairs that Quora
 * calls different and that are served, more than half ask the same when they are read.
 */
const FALSE_HITS: Readonly<Record<string, number>> = {
  qqp: 0.02,
  medical: 0.005,
  'paws-qqp': 0.01,
  checklist: 0.01,
  wikifactcheck: 0.01,
  // One of some twenty: so few pairs cannot tell less.
  poultry: 0.05,
  software: 0.05,
  travel: 0.05,
};
/** Of what is not named: none. */
const NO_FALSE_HITS = 0;

const MIX =
  'held-out matches: the nearest stored prompts in a stream of Quora questions, where two in three have a question of the same meaning before them, and pairs of medical questions, CheckList, PAWS, refuted claims and contrasts and paraphrases of our own, each with nothing else stored; 20 matches of the stream whose labels called them wrong were read and found right, those called right were not read again';

const READ_AS_SAME = new Set(readAgainFile.same);

/** What the cosine counts in the log-odds of the pair model, as `eval/pair-model/train.py` has it. */
const COSINE_WEIGHT = 9.3;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    contrasts: { type: 'string', default: 'eval/cache/contrasts.jsonl' },
    out: { type: 'string', default: 'models/cache-confidence.json' },
    'as-labelled': { type: 'boolean', default: false },
  },
});
const [split] = positionals;
if (split === undefined)
  throw new Error('Usage: node eval/cache/fit.ts SPLIT [--contrasts F] [--out F]');

await using matching = await openMatching();
const ownSchema = pairSchema.extend({ part: z.enum(['train', 'calibrate', 'test']) });
const own = readJsonLines(values.contrasts, ownSchema).filter(({ part }) => part === 'calibrate');
const labelled = readJsonLines(join(split, 'calibrate.jsonl'), pairSchema);
const pairs = await matchesOfPairs(matching, [...labelled, ...own]);
const clusters = readJsonLines(join(split, 'calibrate-clusters.jsonl'), clusterSchema);
const stream = await matchesOfStream(matching, clusters);

const uncertified = fitWeights(pairs);
/** Each as it would be served. Labelled pairs of Quora are left to the stream, in which they meet their like. */
const matches = [
  ...pairs.filter(({ source }) => source !== 'qqp').map((match) => [match]),
  ...stream.map((list) => list.map(readAgain)),
].map((list) => served(list, uncertified));
const thresholds = RATES.flatMap((maxErrorRate) => {
  const atLeast = leastThreshold(maxErrorRate);
  const certified = certify(matches, { maxErrorRate, level: CONFIDENCE_LEVEL, atLeast });
  return certified === null ? [] : [certified];
});
const model = { ...uncertified, thresholds };
const version = digest([JSON.stringify(model)]).slice(0, 12);
writeFileSync(values.out, `${JSON.stringify({ ...model, version }, null, 2)}\n`);
console.log(JSON.stringify(thresholds, null, 1));

function fitWeights(matches: readonly Match[]): ConfidenceModel {
  const examples = matches.flatMap(({ evidence, same }) =>
    evidence === null ? [] : [{ inputs: [1, combined(evidence)], positive: same }],
  );
  const [intercept = 0, weight = 0] = fitLogistic(examples, PENALTY);
  const sameForm = matches.filter((match) => match.sameForm);
  const right = sameForm.filter(({ same }) => same).length;
  return {
    version: '',
    encoder: familyOf(matching.encoder),
    pairModel: familyOf(matching.pairModel),
    intercept: rounded(intercept),
    weights: { logOdds: rounded(weight), similarity: rounded(COSINE_WEIGHT * weight) },
    sameForm: rounded((right + 0.5) / (sameForm.length + 1)),
    thresholds: [],
    mix: MIX,
    confidenceLevel: CONFIDENCE_LEVEL,
  };
}

/** With the label that it has when it is read: many questions of different clusters ask the same. */
function readAgain(match: Match): Match {
  const pair = pairDigest(match.asked, match.stored);
  const isSame = pair !== null && !values['as-labelled'] && READ_AS_SAME.has(pair);
  return { ...match, same: match.same || isSame };
}

/** As the pair model was trained: what it says comes on top of the cosine. */
function combined({ logOdds, similarity }: PairEvidence): number {
  return logOdds + COSINE_WEIGHT * similarity;
}

/** What would be served of one prompt's neighbours: the one that is trusted most. */
function served(list: readonly Match[], model: ConfidenceModel): Served {
  const open = list.filter(({ refusal }) => refusal === null);
  const trusted = open.map((match) => ({ confidence: trustIn(match, model), right: match.same }));
  return trusted.reduce((best, each) => (each.confidence > best.confidence ? each : best), {
    confidence: 0,
    right: false,
  });
}

function trustIn({ evidence }: Match, model: ConfidenceModel): number {
  return evidence === null ? model.sameForm : confidenceOf(model, evidence);
}

/** Below it, a source of labelled pairs would have more false hits than it may. */
function leastThreshold(maxErrorRate: number): number {
  const sources = Map.groupBy(
    pairs.filter(({ same }) => !same),
    ({ source }) => source,
  );
  const least = [...sources].map(([source, others]) => {
    const allowed = ((FALSE_HITS[source] ?? NO_FALSE_HITS) * maxErrorRate) / 0.01;
    const trusts = others
      .filter(({ refusal, sameForm }) => refusal === null && !sameForm)
      .map((match) => trustIn(match, uncertified))
      .sort((one, other) => other - one);
    const first = trusts[Math.floor(allowed * others.length)] ?? 0;
    console.log(`at ${maxErrorRate}: ${source} ${others.length} pairs, from ${first.toFixed(4)}`);
    return first + 1e-6;
  });
  return Math.max(...least);
}

/** The id without the precision, which changes hardly anything. */
function familyOf(id: string): string {
  return id.slice(0, id.lastIndexOf('/') + 1);
}

function rounded(number: number): number {
  return Number(number.toPrecision(6));
}
