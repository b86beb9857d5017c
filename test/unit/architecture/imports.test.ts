import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = new URL('../../..', import.meta.url).pathname;

/** Imports every module; then tells what our code read of the environment and what it left open. */
const SCRIPT = `
  const { env } = process;
  const read = [];
  const isOurs = (frame = '') => frame.includes('/src/') && !frame.includes('node_modules');
  process.env = new Proxy(env, {
    get(_, name) {
      if (isOurs(new Error().stack.split('\\n')[2])) read.push(String(name));
      return env[name];
    },
  });
  for (const file of process.argv.slice(1)) await import(file);
  await new Promise(setImmediate);
  const open = process.getActiveResourcesInfo().filter((resource) => resource !== 'PipeWrap');
  process.stdout.write(JSON.stringify({ read, open }), () => process.exit());
`;

/** What a thread or a process of its own begins with is a main.ts of its own. */
const BEGINS_A_THREAD = /-(?:thread|process)\.ts$/;

it('importing any module opens nothing, reads no environment and prints nothing', async () => {
  const files = globSync('src/**/*.ts', { cwd: ROOT })
    .filter((file) => file !== 'src/main.ts' && !BEGINS_A_THREAD.test(file))
    .map((file) => `${ROOT}${file}`);
  expect(files.length).toBeGreaterThan(100);
  const args = ['--input-type=module', '--eval', SCRIPT, ...files];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ read: [], open: [] });
});
