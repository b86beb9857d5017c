/**
 * How often the guardrails of an experiment cry wolf, and how many requests it takes them to find a harm, by simulation:
 *
 *     npm run -s eval:experiments -- [--table NAME] [--runs N] [--requests N]
 *
 * Prints Markdown, with the figures of docs/routing.md. N runs (400) are played for each row, with the seeds 1 to N. They
 * have that many requests of each arm (10,000); for the harms four times as many at most, and for those to unlike users
 * twice as many, since these take longer to find. All arms are looked at after every 20 requests up to 400, then after every
 * 100 of each arm. The same arguments print the same. What is going on is told on standard error.
 */
import { parseArgs } from 'node:util';
import { showProgress } from '../../scripts/progress.ts';
import { AT_TOLERANCE, findAnything, findHarm, type Size, STRICT } from './simulate.ts';
import {
  EQUAL_ARMS,
  HARMS,
  HARMS_TO_UNLIKE_USERS,
  type Scenario,
  WORSE_BY_TOLERANCE,
} from './traffics.ts';

type Table = {
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  /** How many times the requests that were asked for. */
  readonly length: number;
  readonly scenarios: readonly Scenario[];
  /** The cells of a row but the first. */
  readonly measure: (scenario: Scenario, size: Size, onRun: () => void) => readonly string[];
};

const TABLES: readonly Table[] = [
  {
    name: 'false-alarms',
    title: 'False alarms: equal arms, all four guardrails, nothing tolerated',
    columns: ['traffic', 'runs with a false alarm', 'z test on errors', 'sample ratio'],
    length: 1,
    scenarios: EQUAL_ARMS,
    measure: falseAlarms,
  },
  {
    name: 'tolerated',
    title: 'Worse in all four by exactly what is tolerated (2 points, 20 %, 20 %, 5 points)',
    columns: ['traffic', 'runs found harmful'],
    length: 1,
    scenarios: WORSE_BY_TOLERANCE,
    measure: (scenario, size, onRun) => {
      const found = findHarm(scenario, AT_TOLERANCE, size, onRun);
      return [percent(shareFound(found), 1)];
    },
  },
  {
    name: 'harms',
    title: 'Requests of each arm until a harm is found: each of another user, nothing tolerated',
    columns: ['harm', 'found in', 'mean', 'nine of ten runs'],
    length: 4,
    scenarios: HARMS,
    measure: requestsUntilFound,
  },
  {
    name: 'unlike-users',
    title: 'The same with 20,000 users in both arms together, unlike and unequally busy',
    columns: ['harm', 'found in', 'mean', 'nine of ten runs'],
    length: 2,
    scenarios: HARMS_TO_UNLIKE_USERS,
    measure: requestsUntilFound,
  },
];

const USAGE = `Usage: npm run -s eval:experiments -- [--table NAME] [--runs N] [--requests N]
NAME is one of ${TABLES.map(({ name }) => name).join(', ')}; without it all are printed.`;

function main() {
  const { values } = parseArgs({
    options: {
      table: { type: 'string' },
      runs: { type: 'string', default: '400' },
      requests: { type: 'string', default: '10000' },
    },
  });
  const asked = {
    runs: countFrom('runs', values.runs),
    requests: countFrom('requests', values.requests),
  };
  const tables = TABLES.filter(({ name }) => name === (values.table ?? name));
  if (tables.length === 0) throw new Error(USAGE);

  const rows = tables.reduce((sum, { scenarios }) => sum + scenarios.length, 0);
  const progress = showProgress(process.stderr, rows * asked.runs);
  for (const table of tables) printTable(table, asked, () => progress.advance(1));
  progress.end();
}

/** Row by row, so that an evaluation that is broken off leaves what it has measured. */
function printTable(table: Table, asked: Size, onRun: () => void) {
  const size = { runs: asked.runs, requests: table.length * asked.requests };
  const [runs, requests] = [grouped(size.runs), grouped(size.requests)];
  console.log(`${table.title} (${runs} runs, ${requests} requests of each arm at most)\n`);
  printRow(table.columns);
  console.log(`|${'---|'.repeat(table.columns.length)}`);
  for (const scenario of table.scenarios) {
    printRow([scenario.name, ...table.measure(scenario, size, onRun)]);
  }
  console.log();
}

function printRow(cells: readonly string[]) {
  console.log(`| ${cells.join(' | ')} |`);
}

function falseAlarms(scenario: Scenario, size: Size, onRun: () => void): readonly string[] {
  const found = findAnything(scenario, size, onRun);
  return [
    percent(shareFound(found.map(({ harm }) => harm)), 1),
    percent(shareFound(found.map(({ zTest }) => zTest)), 0),
    percent(shareFound(found.map(({ mismatch }) => mismatch)), 1),
  ];
}

/** The mean is of the runs that found the harm; nine of ten are of all runs, and unknown where fewer found it. */
function requestsUntilFound(scenario: Scenario, size: Size, onRun: () => void): readonly string[] {
  const found = findHarm(scenario, STRICT, size, onRun);
  const after = found.filter((requests) => requests !== null).sort((one, other) => one - other);
  const mean = after.reduce((sum, requests) => sum + requests, 0) / after.length;
  const nineOfTen = after[Math.ceil(0.9 * found.length) - 1];
  return [
    `${grouped(after.length)} of ${grouped(found.length)}`,
    after.length === 0 ? '–' : grouped(Math.round(mean)),
    nineOfTen === undefined ? '–' : grouped(nineOfTen),
  ];
}

function shareFound(found: readonly (number | null)[]): number {
  return found.filter((requests) => requests !== null).length / found.length;
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)} %`;
}

function grouped(count: number): string {
  return count.toLocaleString('en');
}

function countFrom(name: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--${name} is no whole number above 0: ${text}\n${USAGE}`);
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
