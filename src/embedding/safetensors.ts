import { ModelError } from './model-error.ts';

/** Numbers as a file holds them: little-endian, the last dimension closest together. */
export type Tensor = {
  readonly type: 'F16' | 'F32';
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
};

/**
 * The tensors in a file of the safetensors format, by their names: eight bytes with the length of a JSON header, the
 * header, then all numbers (https://github.com/huggingface/safetensors, "Format"). Those that are neither 16-bit nor
 * 32-bit floating point are left out. Nothing is copied.
 *
 * @throws ModelError for what is no such file, or was cut short
 */
export function parseTensors(file: Uint8Array): ReadonlyMap<string, Tensor> {
  const { header, start } = readHeader(file);
  const tensors = new Map<string, Tensor>();
  for (const [name, described] of Object.entries(header)) {
    const type = described.dtype;
    if (name === '__metadata__' || (type !== 'F16' && type !== 'F32')) continue;
    const { shape } = described;
    const [from = 0, to = 0] = described.data_offsets ?? [];
    const bytes = file.subarray(start + from, start + to);
    if (shape === undefined || bytes.length !== product(shape) * BYTES_EACH[type]) {
      throw new ModelError(`The weights of ${name} are not as long as their shape says.`);
    }
    tensors.set(name, { type, shape, bytes });
  }
  return tensors;
}

/** The numbers of a tensor, copied. */
export function numbersOf({ type, bytes }: Tensor): Float32Array {
  // A view has to begin at a multiple of its element's size, which a tensor in a file need not.
  const { buffer } = new Uint8Array(bytes);
  if (type === 'F32') return new Float32Array(buffer);
  const values = halfFloats();
  const halves = new Uint16Array(buffer);
  const numbers = new Float32Array(halves.length);
  for (let at = 0; at < halves.length; at += 1) numbers[at] = values[halves[at] ?? 0] ?? 0;
  return numbers;
}

const BYTES_EACH = { F16: 2, F32: 4 };

type Header = {
  readonly [name: string]: {
    readonly dtype?: string;
    readonly shape?: readonly number[];
    readonly data_offsets?: readonly number[];
  };
};

function readHeader(file: Uint8Array): { header: Header; start: number } {
  try {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    const start = 8 + Number(view.getBigUint64(0, true));
    const text = new TextDecoder().decode(file.subarray(8, start));
    return { header: JSON.parse(text) as Header, start };
  } catch (error) {
    throw new ModelError('The file of weights has no header as safetensors have.', {
      cause: error,
    });
  }
}

function product(numbers: readonly number[]): number {
  return numbers.reduce((result, number) => result * number, 1);
}

let halfFloatTable: Float32Array | undefined;

/** Every 16-bit floating point number (IEEE 754 binary16) by its bits: to look one up is far faster than to work it out. */
function halfFloats(): Float32Array {
  halfFloatTable ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfFloat(bits));
  return halfFloatTable;
}

function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}
