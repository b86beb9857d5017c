/**
 * As much of the ONNX file format as a model of ours needs (https://github.com/onnx/onnx, onnx/onnx.proto3), written
 * by hand: a library for it would be larger than all that it is used for.
 */

/** Its numbers in TensorProto.DataType. */
export const ELEMENT_TYPES = { FLOAT: 1, UINT8: 2, INT8: 3, INT32: 6, INT64: 7, FLOAT16: 10 };

export type ElementType = keyof typeof ELEMENT_TYPES;

/** A constant. */
export type OnnxTensor = {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly number[];
  readonly bytes: Uint8Array;
};

/** One step. A whole number is an attribute of type INT, a list one of type INTS; `float` makes a FLOAT. */
export type OnnxNode = {
  readonly op: string;
  readonly domain: '' | 'com.microsoft';
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
};

export type OnnxAttribute = number | readonly number[] | { readonly float: number };

/** What goes in or comes out. A dimension with a name may have any size. */
export type OnnxValue = {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
};

export type OnnxGraph = {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
};

const IR_VERSION = 8;
const OPERATOR_SETS = { '': 17, 'com.microsoft': 1 };

/** The bytes of a model's file. */
export function onnxModel(graph: OnnxGraph): Uint8Array {
  const operatorSets = Object.entries(OPERATOR_SETS).map(([domain, version]) =>
    message(8, [text(1, domain), integer(2, version)]),
  );
  return Buffer.concat(
    joined([integer(1, IR_VERSION), message(7, graphFields(graph)), ...operatorSets]),
  );
}

/** A message's bytes in pieces: the weights are long, and to join them again for each message around them is slow. */
type Pieces = readonly Uint8Array[];

function graphFields({ nodes, constants, inputs, outputs }: OnnxGraph): Pieces[] {
  return [
    ...nodes.map((node) => message(1, nodeFields(node))),
    text(2, 'model'),
    ...constants.map((constant) => message(5, tensorFields(constant))),
    ...inputs.map((value) => message(11, valueFields(value))),
    ...outputs.map((value) => message(12, valueFields(value))),
  ];
}

function nodeFields({ op, domain, inputs, outputs, attributes }: OnnxNode): Pieces[] {
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...Object.entries(attributes).map(([name, value]) => message(5, attributeFields(name, value))),
    text(7, domain),
  ];
}

function attributeFields(name: string, value: OnnxAttribute): Pieces[] {
  if (typeof value === 'number') return [text(1, name), integer(3, value), integer(20, 2)];
  if ('float' in value) return [text(1, name), float(2, value.float), integer(20, 1)];
  return [text(1, name), ...value.map((item) => integer(8, item)), integer(20, 7)];
}

function tensorFields({ name, type, dims, bytes }: OnnxTensor): Pieces[] {
  return [
    ...dims.map((dim) => integer(1, dim)),
    integer(2, ELEMENT_TYPES[type]),
    text(8, name),
    piece(9, bytes),
  ];
}

function valueFields({ name, type, dims }: OnnxValue): Pieces[] {
  const shape = dims.map((dim) =>
    message(1, [typeof dim === 'string' ? text(2, dim) : integer(1, dim)]),
  );
  const tensor = [integer(1, ELEMENT_TYPES[type]), message(2, shape)];
  return [text(1, name), message(2, [message(1, tensor)])];
}

/** The wire types of Protocol Buffers. */
const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

function message(field: number, fields: readonly Pieces[]): Pieces {
  const pieces = joined(fields);
  const length = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return [tag(field, LENGTH_DELIMITED), varint(length), ...pieces];
}

function piece(field: number, bytes: Uint8Array): Pieces {
  return message(field, [[bytes]]);
}

function text(field: number, value: string): Pieces {
  return piece(field, Buffer.from(value));
}

function integer(field: number, value: number): Pieces {
  return [tag(field, VARINT), varint(value)];
}

function float(field: number, value: number): Pieces {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [tag(field, FIXED_32), bytes];
}

function tag(field: number, wireType: number): Uint8Array {
  return varint(field * 8 + wireType);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return Uint8Array.from([...bytes, Number(rest)]);
}

function joined(fields: readonly Pieces[]): Pieces {
  return fields.flat();
}
