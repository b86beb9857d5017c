import { expect, it } from 'vitest';
import { showProgress } from '../../../scripts/progress.ts';

function open(total: number, isTTY?: boolean) {
  const written: string[] = [];
  const progress = showProgress({ isTTY, write: (text) => written.push(text) }, total);
  return { progress, written };
}

it('progress is a bar on a terminal, in one line', () => {
  const { progress, written } = open(4, true);
  progress.advance(1);
  progress.advance(3);
  progress.end();
  expect(written).toEqual([
    `[${'.'.repeat(30)}] 0 % (0 of 4)`,
    `\r[${'#'.repeat(7)}${'.'.repeat(23)}] 25 % (1 of 4)`,
    `\r[${'#'.repeat(30)}] 100 % (4 of 4)`,
    '\n',
  ]);
});

it('progress is a line for each tenth elsewhere', () => {
  const { progress, written } = open(1_000);
  for (let batch = 0; batch < 50; batch += 1) progress.advance(20);
  progress.end();
  expect(written).toHaveLength(10);
  expect(written[0]).toBe('10 % (100 of 1000)\n');
  expect(written.at(-1)).toBe('100 % (1000 of 1000)\n');
});
