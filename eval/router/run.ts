/**
 * How good the router's choices are, on outcomes of two models for the same prompts:
 *
 *     npm run -s eval:router -- --outcomes F [--train G [--cross-validate | --leave-one-domain-out]]
 *                               [--seed S] [--plot OUT.svg] [--decisions OUT]
 *
 * F and G are JSON lines `{source,domain,prompt,small,large}`, qualities 0..1. Without --train the shipped model decides;
 * told --cross-validate, for each prompt a model of G that has not seen it, so that F and G may be the same; told
 * --leave-one-domain-out, one that has seen nothing of its domain. The last line is the summary as JSON; what is going on
 * is told on standard error. The encoder is the server's, by its configuration.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { GainModel } from '../../src/router/gain/gain-model.ts';
import { readJsonLines } from '../cache/json-lines.ts';
import { type Decided, decideAll } from './decide.ts';
import { drawingOf } from './drawing.ts';
import { calibrationOf, evaluateSource } from './evaluate-source.ts';
import {
  DOMAINS_LEFT_OUT,
  type Encoded,
  type LeavingOut,
  modelsLeavingOut,
  PROMPTS_LEFT_OUT,
  shippedModel,
  trainedModel,
} from './models.ts';
import { openEncoder } from './open-encoder.ts';
import { type Outcome, outcomeSchema } from './outcomes.ts';

const USAGE = `Usage: npm run -s eval:router -- --outcomes F [--train G [--cross-validate | --leave-one-domain-out]]
                                 [--seed S] [--plot OUT.svg] [--decisions OUT]`;

const options = {
  outcomes: { type: 'string' },
  train: { type: 'string' },
  'cross-validate': { type: 'boolean', default: false },
  'leave-one-domain-out': { type: 'boolean', default: false },
  seed: { type: 'string', default: '1' },
  plot: { type: 'string' },
  decisions: { type: 'string' },
} as const;

async function main() {
  const { values } = parseArgs({ options });
  const { outcomes: path, train: trainPath } = values;
  const leavingOut = [
    ...(values['cross-validate'] ? [PROMPTS_LEFT_OUT] : []),
    ...(values['leave-one-domain-out'] ? [DOMAINS_LEFT_OUT] : []),
  ];
  if (path === undefined || leavingOut.length > (trainPath === undefined ? 0 : 1)) {
    throw new Error(USAGE);
  }
  const seed = wholeNumber(values.seed);
  const outcomes = readOutcomes(path);
  const training = trainPath === undefined ? null : readOutcomes(trainPath);
  const encoded = await encodeAll({ outcomes, training });
  const models = modelsFor(encoded.training, leavingOut[0] ?? null, seed);
  const decided = decideAll(outcomes, encoded.outcomes.vectors, models.modelFor);

  const bySource = [...Map.groupBy(decided, ({ outcome }) => outcome.source)].map(
    ([source, rows]) => {
      // With several models their proof is that of the one which decides first.
      const { heldOut } = models.modelFor(rows[0]?.outcome ?? NO_OUTCOME).about;
      return { source, ...evaluateSource(rows, { heldOut, seed }) };
    },
  );
  if (values.plot !== undefined) writeFileSync(values.plot, drawingOf(bySource));
  if (values.decisions !== undefined) writeDecisions(values.decisions, decided);
  const summary = {
    model: models.name,
    seenInTraining: leavingOut.length > 0 ? 0 : seen(outcomes, training),
    calibration: calibrationOf(decided),
    bySource: Object.fromEntries(bySource.map(({ source, report }) => [source, report])),
  };
  console.log(JSON.stringify(summary));
}

const NO_OUTCOME: Outcome = { source: '', domain: '', prompt: '', small: 0, large: 0 };

function readOutcomes(path: string): readonly Outcome[] {
  const outcomes = readJsonLines(path, outcomeSchema);
  if (outcomes.length === 0) throw new Error(`${path}: there are no outcomes in it.`);
  return outcomes;
}

async function encodeAll(files: {
  outcomes: readonly Outcome[];
  training: readonly Outcome[] | null;
}) {
  await using encoder = await openEncoder();
  const encode = async (outcomes: readonly Outcome[]): Promise<Encoded> => {
    const prompts = outcomes.map(({ prompt }) => prompt);
    const vectors = await encoder.encode(prompts, (done) => tell(`${done} prompts encoded`));
    return { outcomes, vectors, encoder: encoder.id };
  };
  const outcomes = await encode(files.outcomes);
  const training = files.training === null ? null : await encode(files.training);
  return { outcomes, training };
}

type Models = { readonly name: string; readonly modelFor: (outcome: Outcome) => GainModel };

function modelsFor(training: Encoded | null, leavingOut: LeavingOut | null, seed: number): Models {
  if (training !== null && leavingOut !== null) {
    const modelFor = modelsLeavingOut(training, leavingOut, { seed, tell });
    return {
      name: `${leavingOut.groups} models, none of which has seen what it decides`,
      modelFor,
    };
  }
  const model = training === null ? shippedModel() : trainedModel(training, seed);
  return { name: model.about.version, modelFor: () => model };
}

/**
 * How many of the prompts the model was trained on: what is said of them proves nothing. Null for the shipped one, of
 * which no texts are kept.
 */
function seen(outcomes: readonly Outcome[], training: readonly Outcome[] | null): number | null {
  if (training === null) return null;
  const known = new Set(training.map(({ prompt }) => prompt));
  return outcomes.filter(({ prompt }) => known.has(prompt)).length;
}

function writeDecisions(path: string, decided: readonly Decided[]) {
  const lines = decided.map(({ outcome: { source, domain, small, large }, expected }) =>
    JSON.stringify({ source, domain, small, large, ...expected }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Error(`--seed is no whole number: ${text}\n${USAGE}`);
}

function tell(what: string) {
  console.error(what);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
