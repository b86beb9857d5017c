import { describe, expect, it } from 'vitest';
import { numbersOf, parseTensors } from '../../../src/embedding/safetensors.ts';
import { safetensorsOf } from '../../support/safetensors-file.ts';

/** A file whose header is `header`, with `body` after it. */
function fileOf(header: unknown, body: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, body]);
}

describe('a file of safetensors', () => {
  it('holds tensors by their names', () => {
    const file = safetensorsOf({
      one: { shape: [2, 3], numbers: [1, -2, 3.5, 0, 1e-7, 6] },
      other: { shape: [1], numbers: [7] },
    });
    const tensors = parseTensors(file);
    expect([...tensors.keys()]).toEqual(['one', 'other']);
    expect(tensors.get('one')?.shape).toEqual([2, 3]);
    expect([...numbersOf(tensors.get('one') ?? missing())]).toEqual([
      ...Float32Array.of(1, -2, 3.5, 0, 1e-7, 6),
    ]);
    expect([...numbersOf(tensors.get('other') ?? missing())]).toEqual([7]);
  });

  it('holds numbers of 16 bits, wherever they lie', () => {
    // 1, -2, 65504, the smallest above 0, infinity, -0: an odd number of bytes into the body.
    const bits = Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00, 0x8000);
    const body = Buffer.concat([Buffer.alloc(1), Buffer.from(bits.buffer)]);
    const file = fileOf({ half: { dtype: 'F16', shape: [6], data_offsets: [1, 13] } }, body);
    const [half] = parseTensors(file).values();
    expect([...numbersOf(half ?? missing())]).toEqual([
      1,
      -2,
      65_504,
      2 ** -24,
      Number.POSITIVE_INFINITY,
      -0,
    ]);
  });

  it('is read without what is no floating point number', () => {
    const header = { ids: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } };
    expect(parseTensors(fileOf(header, new Uint8Array(8))).size).toBe(0);
  });

  it('is refused when it was cut short', () => {
    const whole = safetensorsOf({ one: { shape: [2], numbers: [1, 2] } });
    expect(() => parseTensors(whole.subarray(0, -1))).toThrow('not as long as their shape says');
    expect(() => parseTensors(whole.subarray(0, 20))).toThrow('no header');
    expect(() => parseTensors(whole.subarray(0, 4))).toThrow('no header');
  });

  it('is refused when it is something else', () => {
    expect(() => parseTensors(Buffer.from('<!doctype html><title>Not found</title>'))).toThrow(
      'no header',
    );
  });
});

function missing(): never {
  throw new Error('There is no such tensor.');
}
