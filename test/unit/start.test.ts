import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';

const START = new URL('../../src/start.js', import.meta.url).pathname;

/** Starts the server under a Node.js that gives itself out for another version. */
async function startUnder(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, START];
  // A port that is none ends the start of a server that got past the check.
  const child = spawn(process.execPath, args, { env: { PORT: 'none' } });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { stderr, code };
}

describe('the start under a Node.js', () => {
  it.each(['20.20.2', '22.17.1', '18.0.0'])('%s says what to install instead', async (version) => {
    const { stderr, code } = await startUnder(version);
    expect(code).toBe(1);
    expect(stderr).toContain('needs Node.js 22.18 or newer');
    expect(stderr).toContain(version);
    expect(stderr).toContain('install Node.js 24');
  });

  it.each(['22.18.0', '23.0.0', '24.21.0'])('%s goes on', async (version) => {
    const { stderr } = await startUnder(version);
    expect(stderr).toContain('PORT must be a whole number');
  });
});
