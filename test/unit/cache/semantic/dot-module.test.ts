import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROW_STEP, startDotModule } from '../../../../src/cache/semantic/dot-module.ts';

const aQuery = (width: number) =>
  fc.array(fc.integer({ min: -128, max: 127 }), { minLength: width, maxLength: width });
const aRow = (width: number) =>
  fc.array(fc.integer({ min: 0, max: 127 }), { minLength: width, maxLength: width });

const aCase = fc
  .integer({ min: 1, max: 4 })
  .map((steps) => steps * ROW_STEP)
  .chain((width) => fc.record({ query: aQuery(width), rows: fc.array(aRow(width)) }));

describe('the WebAssembly module', () => {
  it('multiplies as a loop does, whatever the bytes', () => {
    fc.assert(
      fc.property(aCase, fc.integer({ min: -9_999, max: 9_999 }), ({ query, rows }, plus) => {
        expect(productsOf(query, rows, plus)).toEqual(
          rows.map((row) => plus + row.reduce((sum, byte, at) => sum + byte * (query[at] ?? 0), 0)),
        );
      }),
    );
  });

  it('does not run over where every product is the greatest there is', () => {
    const width = 32 * ROW_STEP;
    const full = Array.from({ length: width }, () => 127);
    expect(productsOf(full, [full], 0)).toEqual([width * 127 * 127]);
    const least = Array.from({ length: width }, () => -128);
    expect(productsOf(least, [full], 0)).toEqual([width * -128 * 127]);
  });

  it('reads rows wherever they are, also behind the first two gigabytes', () => {
    const { memory, products } = startDotModule(1);
    memory.grow(40_000);
    const address = 40_000 * 65_536;
    new Int8Array(memory.buffer).fill(2, 0, ROW_STEP);
    new Int8Array(memory.buffer).fill(3, address, address + ROW_STEP);
    new Uint32Array(memory.buffer)[1_024] = address;
    products(0, 4_096, 1, ROW_STEP, 8_192, 0);
    expect(new Int32Array(memory.buffer)[2_048]).toBe(6 * ROW_STEP);
  });
});

function productsOf(query: number[], rows: number[][], plus: number): number[] {
  const { memory, products } = startDotModule(1);
  const width = query.length;
  const [addressesAt, resultsAt, rowsAt] = [4_096, 8_192, 12_288];
  new Int8Array(memory.buffer).set(query);
  for (const [at, row] of rows.entries()) {
    new Uint8Array(memory.buffer).set(row, rowsAt + at * width);
    new Uint32Array(memory.buffer)[addressesAt / 4 + at] = rowsAt + at * width;
  }
  products(0, addressesAt, rows.length, width, resultsAt, plus);
  return [...new Int32Array(memory.buffer, resultsAt, rows.length)];
}
