/**
 * How good the cache's decisions are, by the server's own code:
 *
 *     npm run -s eval:cache -- --pairs F [--decisions OUT]
 *     npm run -s eval:cache -- --clusters F --requests N --seed S [--decisions OUT]
 *
 * The last line is the summary as JSON; what is going on is told on standard error. The configuration is the server's,
 * read from the environment; without any, the local encoder and an error rate of 1 %.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clusterSchema, type StreamedRequest, streamClusters } from './clusters.ts';
import { evaluatedCache } from './evaluated-cache.ts';
import { readJsonLines } from './json-lines.ts';
import { openEvaluation } from './open-evaluation.ts';
import { judgePairs, pairSchema, summarise, summariseBy } from './pairs.ts';

const USAGE = `Usage: npm run -s eval:cache -- --pairs F [--decisions OUT]
       npm run -s eval:cache -- --clusters F [--requests N] [--seed S] [--decisions OUT]`;

const { values } = parseArgs({
  options: {
    pairs: { type: 'string' },
    clusters: { type: 'string' },
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    decisions: { type: 'string' },
  },
});

async function main() {
  if ((values.pairs === undefined) === (values.clusters === undefined)) throw new Error(USAGE);
  await using evaluation = await openEvaluation();
  const cache = evaluatedCache(evaluation.cache);
  const summary =
    values.pairs === undefined
      ? await evaluateClusters(cache, values.clusters ?? '')
      : await evaluatePairs(cache, values.pairs);
  console.log(JSON.stringify(summary));
}

async function evaluatePairs(cache: ReturnType<typeof evaluatedCache>, path: string) {
  const pairs = readJsonLines(path, pairSchema);
  const judged = await judgePairs(cache, pairs, (done) => tell(done, pairs.length));
  writeDecisions(judged.map(({ pair, decision }) => ({ ...pair, ...decision })));
  return {
    ...summarise(judged),
    bySource: summariseBy(judged, ({ source }) => source ?? 'unnamed'),
    byKind: summariseBy(
      judged,
      ({ source, kind }) => `${source ?? 'unnamed'}/${kind ?? 'unnamed'}`,
    ),
  };
}

async function evaluateClusters(cache: ReturnType<typeof evaluatedCache>, path: string) {
  const clusters = readJsonLines(path, clusterSchema);
  const options = { requests: wholeNumber('requests'), seed: wholeNumber('seed') };
  const requests: StreamedRequest[] = [];
  const summary = await streamClusters(cache, clusters, options, (request) => {
    tell(requests.push(request), options.requests);
  });
  writeDecisions(requests);
  return summary;
}

function wholeNumber(name: 'requests' | 'seed'): number {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--${name} is no whole number: ${values[name]}\n${USAGE}`);
}

function writeDecisions(rows: readonly unknown[]) {
  if (values.decisions === undefined) return;
  writeFileSync(values.decisions, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function tell(done: number, all: number) {
  if (done % 2_000 === 0) console.error(`${done} of ${all}`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
