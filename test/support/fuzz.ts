import fc from 'fast-check';
import { expect } from 'vitest';
import type { LogLine } from './recorded-logs.ts';

const { TEST_LONG, TEST_SEED } = process.env;

/** A long run has as many cases for each one of the suite. */
const LONG_FACTOR = 50;

/** Where a run begins, and where in it a single case is: `seed/path`, as a failure tells it. */
const [seed = '1', path] = (TEST_SEED ?? (TEST_LONG === 'true' ? String(Date.now()) : '1')).split(
  '/',
);

/** False for a single case, which does not lead to all that the cases of a run lead to. */
export const isWholeRun = path === undefined;

/** How long a test with cases may take. */
export const fuzzTimeout = TEST_LONG === 'true' ? 1_800_000 : 60_000;

/** For the names of tests, so that a run tells what it was. */
export function casesOf(cases: number): string {
  return `${countOf(cases)} cases from the seed ${seed}`;
}

/**
 * Runs `check` on random cases, one after another; it fails by throwing. The smallest case that fails is told, and
 * how to run it again. A case is over within `withinMs`, or it hangs, and neither it nor what it leaves behind may
 * end in an error that nobody hears.
 *
 * @param options.cases how many in the suite; a long run has 50 times as many
 * @param options.again what else a server has to answer now and then to be well
 */
export async function fuzz<Case>(
  cases: fc.Arbitrary<Case>,
  options: { cases: number; withinMs?: number; again?: () => Promise<void> },
  check: (input: Case) => Promise<void> | void,
): Promise<void> {
  const { withinMs = 10_000, again } = options;
  using unheard = listenForUnheardErrors();
  let checked = 0;
  const property = fc.asyncProperty(cases, async (input) => {
    await within(withinMs, check(input));
    unheard.throwFirst();
    checked += 1;
    if (checked % AGAIN_EVERY === 0) await again?.();
  });
  const { failed, counterexample, counterexamplePath, errorInstance } = await fc.check(property, {
    numRuns: countOf(options.cases),
    seed: Number(seed),
    ...(path === undefined ? {} : { path }),
    // Time is left to tell of a case that hangs, whose smaller ones hang as well.
    interruptAfterTimeLimit: 0.8 * fuzzTimeout,
    markInterruptAsFailure: true,
  });
  if (failed) {
    const replay = `TEST_SEED=${seed}/${counterexamplePath} npx vitest run ${nameOfTest()}`;
    const message =
      errorInstance instanceof Error ? errorInstance.message : 'Not all was checked in time.';
    const shown = fc.stringify(counterexample).replace(BYTES, asText);
    throw new Error(`${message}\nThe case: ${shown}\nAgain: ${replay}`, { cause: errorInstance });
  }
  await again?.();
}

const AGAIN_EVERY = 100;

const BYTES = /Buffer\.from\(\[([\d,]*)\]\)/g;

/** Bytes as they can be read. */
function asText(_shown: string, bytes: string): string {
  const numbers = bytes === '' ? [] : bytes.split(',').map(Number);
  return JSON.stringify(Buffer.from(numbers).toString('latin1'));
}

/** As arguments for vitest. */
function nameOfTest(): string {
  const { testPath = '', currentTestName = '' } = expect.getState();
  const title = currentTestName.split(' > ').at(-1)?.split(':')[0];
  return `${testPath.split('/').at(-1)} -t '${title}'`;
}

function countOf(cases: number): number {
  return TEST_LONG === 'true' ? cases * LONG_FACTOR : cases;
}

/** Rejects when `work` is not over in time. */
async function within<Result>(
  milliseconds: number,
  work: Promise<Result> | Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const expire = () => reject(new Error(`Not over within ${milliseconds} ms.`));
    timer = setTimeout(expire, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the errors that were logged since it was last asked: what a gateway logs so is a fault of its own. */
export function watchFaults(logs: readonly LogLine[]): () => readonly LogLine[] {
  let seen = 0;
  return () => {
    const fresh = logs.slice(seen).filter(({ level }) => level === 'error');
    seen = logs.length;
    return fresh;
  };
}

function listenForUnheardErrors() {
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on('unhandledRejection', hear);
  process.on('uncaughtException', hear);
  return {
    throwFirst() {
      if (unheard.length > 0) throw new Error('An error that nobody hears.', { cause: unheard[0] });
    },
    [Symbol.dispose]() {
      process.off('unhandledRejection', hear);
      process.off('uncaughtException', hear);
    },
  };
}
