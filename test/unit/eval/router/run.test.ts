import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../../../eval/router/run.ts', import.meta.url));

const GOOD = { source: 's', domain: 'd', prompt: 'p', small: 0, large: 1 };

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eval-router-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the command', () => {
  test('says in which line the input is wrong, and ends with a failure', async () => {
    const path = join(folder, 'outcomes.jsonl');
    writeFileSync(path, `${JSON.stringify(GOOD)}\n\n${JSON.stringify({ ...GOOD, large: 7 })}\n`);

    const { code, said, printed } = await run('--outcomes', path);

    expect(code).toBe(1);
    expect(said).toContain('outcomes.jsonl:\nline 3: large: ');
    expect(printed).toBe('');
  });

  test('says how it is called when it is called otherwise', async () => {
    const { code, said } = await run('--train', 'F');

    expect(code).toBe(1);
    expect(said).toMatch(/^Usage: npm run -s eval:router/);
  });

  test('says that a file is not there', async () => {
    const { code, said } = await run('--outcomes', join(folder, 'none.jsonl'));

    expect(code).toBe(1);
    expect(said).toContain('none.jsonl');
  });
});

function run(
  ...words: readonly string[]
): Promise<{ code: unknown; said: string; printed: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...words], (error, printed, said) => {
      resolve({ code: error?.code ?? 0, said, printed });
    });
  });
}
