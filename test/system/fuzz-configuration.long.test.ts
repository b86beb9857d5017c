import { expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { configWarnings } from '../../src/config/config-warnings.ts';
import { describeConfig } from '../../src/config/describe-config.ts';
import type { Environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { casesOf, fuzz, fuzzTimeout, isWholeRun } from '../support/fuzz.ts';
import { oddEnvironment } from '../support/odd-environments.ts';

const CASES = 400;

it(`any environment makes a configuration or a list of problems, and shows no secret: ${casesOf(CASES)}`, {
  timeout: fuzzTimeout,
}, async () => {
  const ends = new Set<string>();

  await fuzz(oddEnvironment, { cases: CASES }, ({ environment, secret }) => {
    const shown = shownOf(environment);
    expect(shown.text).not.toContain(secret);
    ends.add(shown.end);
  });

  if (isWholeRun) expect(ends.size).toBe(2);
});

/** All that a start shows of its environment. */
function shownOf(environment: Environment) {
  try {
    const config = loadConfig(environment);
    const text = JSON.stringify([describeConfig(config), configWarnings(config, true)]);
    return { end: 'configuration', text };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.problems).not.toEqual([]);
    return { end: 'problems', text: error.message };
  }
}
