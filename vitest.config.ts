import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const resolveInNode = createRequire(import.meta.url).resolve;

export default defineConfig({
  // graphql as Node resolves it: Vite would take its `module` build, and two copies do not work together.
  resolve: { alias: [{ find: /^graphql$/, replacement: resolveInNode('graphql') }] },
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'threads',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    reporters: ['default'],
  },
});
