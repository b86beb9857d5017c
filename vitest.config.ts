import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const resolveInNode = createRequire(import.meta.url).resolve;

const report = process.env['TEST_REPORT'];

export default defineConfig({
  // graphql as Node resolves it: Vite would take its `module` build, and two copies do not work together.
  resolve: { alias: [{ find: /^graphql$/, replacement: resolveInNode('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'threads',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    // CI reads how many tests passed from a report.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
});
