import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { architectureViolations } from '../../../scripts/check-architecture.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** A module that breaks one rule: what it imports, and the rule. */
const violations: Record<string, [file: string, imports: string, rule: string]> = {
  'a core folder that knows GraphQL': [
    'src/router/violation.ts',
    `import { GraphQLError } from 'graphql';\nexport const violation = GraphQLError;`,
    'core-knows-no-transport',
  ],
  'a core folder that knows the server': [
    'src/cache/violation.ts',
    `import type { Listening } from '../server/http.ts';\nexport type Violation = Listening;`,
    'core-knows-no-transport',
  ],
  'a driver outside its adapter': [
    'src/generation/violation.ts',
    `import { Redis } from 'ioredis';\nexport const violation = Redis;`,
    'drivers-behind-ports',
  ],
  'an adapter that is chosen in a resolver': [
    'src/schema/violation.ts',
    `import { memoryCacheStore } from '../cache/memory-store.ts';\nexport const violation = memoryCacheStore;`,
    'adapters-are-chosen-in-one-place',
  ],
  'a domain word that leans on another module': [
    'src/domain/violation.ts',
    `import { createRouter } from '../router/router.ts';\nexport const violation = createRouter;`,
    'domain-imports-nothing',
  ],
  'a module that nothing uses': ['src/router/violation.ts', '', 'no-orphans'],
  'source that knows a test': [
    'src/router/violation.ts',
    `import { sampleRequest } from '../../test/support/sample-request.ts';\nexport const violation = sampleRequest;`,
    'source-knows-no-test',
  ],
};

describe('the architecture', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'sluice-architecture-'));
    for (const part of ['src', 'test', 'package.json', 'tsconfig.json']) {
      await cp(join(ROOT, part), join(copy, part), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rm(copy, { recursive: true }));

  it('keeps its rules', async () => {
    expect(await architectureViolations(copy)).toEqual([]);
  });

  it.each(Object.entries(violations))('finds %s', async (_name, [file, source, rule]) => {
    await writeFile(join(copy, file), `${source}\n`);
    try {
      expect(await architectureViolations(copy)).toEqual(
        expect.arrayContaining([expect.stringMatching(`^${rule}: ${file}`)]),
      );
    } finally {
      await rm(join(copy, file));
    }
  });

  it('finds a cycle', async () => {
    await writeFile(join(copy, 'src/router/one.ts'), "export { two } from './two.ts';\n");
    await writeFile(join(copy, 'src/router/two.ts'), "import './one.ts';\nexport const two = 2;\n");
    const found = await architectureViolations(copy);
    expect(found.some((violation) => violation.startsWith('no-cycles: src/router/'))).toBe(true);
  });
});
