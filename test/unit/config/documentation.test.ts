import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, it } from 'vitest';
import { withConfigurationTable } from '../../../scripts/print-configuration.ts';
import { loadConfig } from '../../../src/config/load-config.ts';
import { variables } from '../../../src/config/variables.ts';

function fileOf(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}

it('docs/configuration.md tells of every variable as the code has it', () => {
  const page = fileOf('docs/configuration.md');
  expect(withConfigurationTable(page)).toBe(page);
});

it('.env.example sets nothing, and shows variables that exist with values that are accepted', () => {
  const example = fileOf('.env.example');
  expect(parseEnv(example)).toEqual({});
  const shown = parseEnv(example.replaceAll(/^#(?=[A-Z])/gm, ''));
  expect(Object.keys(shown).length).toBeGreaterThan(10);
  expect(Object.keys(variables)).toEqual(expect.arrayContaining(Object.keys(shown)));
  expect(() => loadConfig(shown)).not.toThrow();
});
