import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../..', import.meta.url).pathname;
const page = readFileSync(`${ROOT}SECURITY.md`, 'utf8');

/** `unit/upstream/http-failure` stands for the file, `system/fuzz-*` for all whose names begin so. */
const cited = [...page.matchAll(/`((?:unit|contract|conformance|system|support)\/[\w/*-]+)`/g)].map(
  ([, path = '']) => path,
);

it('SECURITY.md names no test that is not there', () => {
  expect(cited.length).toBeGreaterThan(40);
  const missing = cited.filter((path) => {
    return globSync(`test/${path}{,.long,.test,.long.test}.ts`, { cwd: ROOT }).length === 0;
  });
  expect(missing).toEqual([]);
});
