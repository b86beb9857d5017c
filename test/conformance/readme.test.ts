import { readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../src/schema/index.ts';
import { spawnGateway } from '../support/spawn-gateway.ts';
import { post } from '../support/transports.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const pasted = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query = '']) => query);
const embedded = [...readme.matchAll(/gql`(.*?)`/gs)].map(([, query = '']) => query);

describe('the README', () => {
  it.each([...pasted, ...embedded])('shows an operation that the schema has: %s', (query) => {
    expect(validate(createSchema(), parse(query))).toEqual([]);
  });

  it('shows a query that answers from the cache the second time', async () => {
    await using gateway = await spawnGateway({ DEMO_PACE: '0' });
    const [query = ''] = pasted;
    const answers = [await post(gateway, { query }), await post(gateway, { query })];
    const [first, again] = await Promise.all(answers.map((answer) => answer.json()));
    expect(first).toMatchObject({ data: { generate: { cached: false } } });
    expect(again).toMatchObject({ data: { generate: { cached: true } } });
  });

  it('names only commands that package.json has', () => {
    const { scripts } = JSON.parse(
      readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(5);
    for (const name of named) expect(Object.keys(scripts)).toContain(name);
  });
});
