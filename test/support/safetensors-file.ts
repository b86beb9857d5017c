import { writeFileSync } from 'node:fs';

export type WrittenTensor = {
  readonly shape: readonly number[];
  readonly numbers: readonly number[];
};

/** The bytes of a file of safetensors, 32 bits a number. */
export function safetensorsOf(tensors: Readonly<Record<string, WrittenTensor>>): Buffer {
  const header: Record<string, unknown> = { __metadata__: { made: 'for a test' } };
  const body: Buffer[] = [];
  let length = 0;
  for (const [name, { shape, numbers }] of Object.entries(tensors)) {
    const bytes = Buffer.from(Float32Array.from(numbers).buffer);
    header[name] = { dtype: 'F32', shape, data_offsets: [length, length + bytes.length] };
    body.push(bytes);
    length += bytes.length;
  }
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, ...body]);
}

export function writeSafetensors(path: string, tensors: Readonly<Record<string, WrittenTensor>>) {
  writeFileSync(path, safetensorsOf(tensors));
}
