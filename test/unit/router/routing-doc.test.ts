import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { readExperimentsFile } from '../../../src/router/experiments/experiments-file.ts';
import { openFolder } from '../../support/open-folder.ts';

const doc = await readFile(new URL('../../../docs/routing.md', import.meta.url), 'utf8');

function exampleOf(language: string): string {
  const [, example] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(doc) ?? [];
  if (example === undefined) throw new Error(`docs/routing.md has no example in ${language}.`);
  return example;
}

describe('docs/routing.md', () => {
  it('sets up an experiment that the gateway takes', async () => {
    await using folder = await openFolder();
    await writeFile(folder.of('experiments.json'), exampleOf('json'));
    const [experiment] = await readExperimentsFile(folder.of('experiments.json'), []);
    expect(experiment).toMatchObject({ key: 'small-first', treatment: { name: 'small' } });
    expect(experiment?.schedule.map(({ share }) => share)).toEqual([0.1, 0.3, 0.5]);
  });

  it('names models that the gateway takes', () => {
    const [, models] = /^MODELS='(.*?)'$/ms.exec(exampleOf('sh')) ?? [];
    const { upstream } = loadConfig({ LLM_PROVIDER: 'ollama', MODELS: models });
    expect(upstream).toMatchObject({ smallModel: 'llama3.2:3b', largeModel: 'llama3.1:8b' });
    expect(upstream.models.map(({ tier }) => tier)).toEqual(['LARGE', 'SMALL', 'SMALL', null]);
  });
});
