/** A row of bytes is as long as a multiple of this. */
export const ROW_STEP = 32;

export const PAGE_BYTES = 65_536;

/** As many as 32 bits address. Only what is written to takes up memory of the machine. */
const MAX_PAGES = 65_536;

/**
 * Reads, from the memory beside it:
 * - at `query` a vector of `width` signed bytes;
 * - at `rows` the addresses, 32 bits each, of `count` vectors of `width` bytes from 0 to 127;
 *
 * and writes at `results` the `count` inner products, signed 32 bits each, with `plus` added to each.
 */
export type Products = (
  query: number,
  rows: number,
  count: number,
  width: number,
  results: number,
  plus: number,
) => void;

export type WasmMemory = { readonly buffer: ArrayBuffer; grow(pages: number): number };

/**
 * Multiplies a vector with many others, in WebAssembly: many times as fast as JavaScript. The module is assembled
 * here, so that what runs is what can be read; each helper below is an instruction of the specification
 * (webassembly.github.io/spec), one of them of its Relaxed SIMD, which Node has since version 20.
 *
 * That one multiplies 16 pairs of bytes and adds the products up, in one step where the processor can. What it gives for
 * bytes above 127 on the side of the rows differs between processors: that is why there are none.
 */
export function startDotModule(pages: number): { memory: WasmMemory; products: Products } {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MAX_PAGES });
  const module = new WebAssembly.Module(Uint8Array.from(moduleBytes()));
  const { exports } = new WebAssembly.Instance(module, { rows: { memory } });
  return { memory, products: exports.products };
}

/** What is used of the global, for which the types of Node have no declaration. */
declare const WebAssembly: {
  readonly Memory: new (limits: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { rows: { memory: WasmMemory } },
  ) => { readonly exports: { readonly products: Products } };
};

type Code = readonly number[];

const I32 = 0x7f;
const V128 = 0x7b;
const NO_RESULT = 0x40;

// The function's locals, first its parameters.
const [QUERY, ROWS, COUNT, WIDTH, RESULTS, PLUS, ROW, AT, SUM, SUM_2] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
];

function moduleBytes(): Code {
  const parameters = [I32, I32, I32, I32, I32, I32];
  return [
    ...[...new TextEncoder().encode('\0asm'), 1, 0, 0, 0],
    ...section('types', [0x60, ...vector(parameters.map((type) => [type])), 0]),
    ...section('imports', [...name('rows'), ...name('memory'), 2, 1, 0, ...unsigned(MAX_PAGES)]),
    ...section('functions', [0]),
    ...section('exports', [...name('products'), 0, 0]),
    ...section(
      'code',
      sized([
        ...vector([
          [2, I32],
          [2, V128],
        ]),
        ...body(),
        END,
      ]),
    ),
  ];
}

const SECTIONS = { types: 1, imports: 2, functions: 3, exports: 7, code: 10 } as const;

function body(): Code {
  return block([
    ...loop([
      ...breakIf(1, isZero(get(COUNT))),
      ...set(ROW, load(get(ROWS))),
      ...set(AT, constant(0)),
      ...set(SUM, zeros()),
      ...set(SUM_2, zeros()),
      ...loop([
        ...addProducts(SUM, 0),
        ...addProducts(SUM_2, 16),
        ...set(AT, add(get(AT), constant(ROW_STEP))),
        ...breakIf(0, isLess(get(AT), get(WIDTH))),
      ]),
      ...set(SUM, addLanes(get(SUM), get(SUM_2))),
      ...store(get(RESULTS), add(get(PLUS), add(add(lane(0), lane(1)), add(lane(2), lane(3))))),
      ...set(ROWS, add(get(ROWS), constant(4))),
      ...set(RESULTS, add(get(RESULTS), constant(4))),
      ...set(COUNT, add(get(COUNT), constant(-1))),
      ...always(0),
    ]),
  ]);
}

/** Adds to the four lanes of `sum` the products of the 16 bytes that come `offset` behind AT. */
function addProducts(sum: number, offset: number): Code {
  const ofQuery = loadLanes(add(get(QUERY), get(AT)), offset);
  const ofRow = loadLanes(add(get(ROW), get(AT)), offset);
  return set(sum, relaxedDotAdd(ofQuery, ofRow, get(sum)));
}

const lane = (index: number): Code => [...get(SUM), ...simd(0x1b), index];

const END = 0x0b;
/** Depths count what stands around: 0 is the innermost. A loop is begun again, a block left. */
const block = (code: Code): Code => [0x02, NO_RESULT, ...code, END];
const loop = (code: Code): Code => [0x03, NO_RESULT, ...code, END];
const always = (depth: number): Code => [0x0c, depth];
const breakIf = (depth: number, condition: Code): Code => [...condition, 0x0d, depth];
const get = (local: number): Code => [0x20, local];
const set = (local: number, value: Code): Code => [...value, 0x21, local];
const constant = (value: number): Code => [0x41, ...signed(value)];
const add = (left: Code, right: Code): Code => [...left, ...right, 0x6a];
const isZero = (value: Code): Code => [...value, 0x45];
const isLess = (left: Code, right: Code): Code => [...left, ...right, 0x49];
/** Two bytes say what the address is a multiple of, as a power of two, and what is added to it. */
const load = (address: Code): Code => [...address, 0x28, 2, 0];
const store = (address: Code, value: Code): Code => [...address, ...value, 0x36, 2, 0];

const simd = (operation: number): Code => [0xfd, ...unsigned(operation)];
const zeros = (): Code => [...simd(0x0c), ...Array.from({ length: 16 }, () => 0)];
const loadLanes = (address: Code, offset: number): Code => [...address, ...simd(0x00), 4, offset];
const addLanes = (left: Code, right: Code): Code => [...left, ...right, ...simd(0xae)];
/** i32x4.relaxed_dot_i8x16_i7x16_add_s */
const relaxedDotAdd = (bytes: Code, lowBytes: Code, sum: Code): Code => [
  ...[...bytes, ...lowBytes, ...sum],
  ...simd(0x113),
];

/** With one item each. */
const section = (id: keyof typeof SECTIONS, item: Code): Code => [
  ...[SECTIONS[id], ...sized(vector([item]))],
];
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const name = (text: string): Code => sized([...new TextEncoder().encode(text)]);

/** LEB128: seven bits a byte, the last of which has no eighth bit. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

/** Only what fits into six bits and a sign is needed. */
function signed(value: number): Code {
  return [value & 127];
}
