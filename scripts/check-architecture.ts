import { createRequire } from 'node:module';
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** A cruise that saw fewer modules than this has not seen the source, whatever it found. */
const FEWEST_MODULES = 100;

/**
 * What breaks the rules of .dependency-cruiser.cjs in `src` under `root`, one line each.
 *
 * @throws Error when the cruise saw next to nothing, as it does with a TypeScript that it cannot read
 */
export async function architectureViolations(root: string): Promise<string[]> {
  const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as IConfiguration;
  const { output } = await cruise(
    ['src'],
    { ...rules.options, baseDir: root, ruleSet: rules, validate: true },
    undefined,
    { tsConfig: extractTSConfig(`${root}/tsconfig.json`) },
  );
  const { summary } = output as ICruiseResult;
  if (summary.totalCruised < FEWEST_MODULES) {
    throw new Error(`Only ${summary.totalCruised} modules were seen: the rules were not checked.`);
  }
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

if (import.meta.main) {
  const violations = await architectureViolations(process.cwd());
  for (const violation of violations) process.stderr.write(`${violation}\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
