import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readText, readTextLeniently } from '../../../src/upstream/response-body.ts';

describe('reading a body as text', () => {
  it('puts it together, characters cut in two included', async () => {
    const bytes = Buffer.from('grün');
    const body = Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]);
    expect(await readText(body, 100)).toBe('grün');
  });

  it('gives up on a body that is too large, and closes it', async () => {
    const body = Readable.from([Buffer.from('abc'), Buffer.from('def'), Buffer.from('ghi')]);
    expect(await readText(body, 5)).toBeNull();
    expect(body.destroyed).toBe(true);
  });

  it('does without a body that is nice to have', async () => {
    const limits = { maxBytes: 5, withinMs: 20 };
    const never = new Readable({ read() {} });
    expect(await readTextLeniently(Readable.from([Buffer.from('abc')]), limits)).toBe('abc');
    expect(await readTextLeniently(Readable.from([Buffer.from('abcdef')]), limits)).toBe('');
    expect(await readTextLeniently(never, limits)).toBe('');
    expect(never.destroyed).toBe(true);
  });
});
