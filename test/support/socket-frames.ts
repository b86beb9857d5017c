/**
 * A frame of a WebSocket, right or wrong.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
export type Frame = {
  /** 0 continues, 1 is a text, 2 is binary, 8 closes, 9 and 10 are ping and pong. */
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** @default true */
  readonly final?: boolean;
  /** As a client has to; a mask of zeros. @default true */
  readonly masked?: boolean;
  /** The three reserved bits. @default 0 */
  readonly reserved?: number;
};

const SHORT = 125;
const TWO_BYTES = 65_535;

export function frameBytes(frame: Frame): Buffer {
  const { opcode, payload, final = true, masked = true, reserved = 0 } = frame;
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  const mask = masked ? 0x80 : 0;
  const head = lengthBytes(payload.length, first, mask);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0), payload]);
}

function lengthBytes(length: number, first: number, mask: number): Buffer {
  if (length <= SHORT) return Buffer.from([first, mask | length]);
  if (length <= TWO_BYTES) {
    const head = Buffer.from([first, mask | 126, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.from([first, mask | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** The whole frames that `bytes` begins with, as a server writes them: without a mask. */
export function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  let rest = bytes;
  for (let head = headOf(rest); head !== null; head = headOf(rest)) {
    const { opcode, start, end } = head;
    frames.push({ opcode, payload: rest.subarray(start, end) });
    rest = rest.subarray(end);
  }
  return frames;
}

/** Null when the frame is not whole. */
function headOf(bytes: Buffer): { opcode: number; start: number; end: number } | null {
  const [first = 0, second = 0] = bytes;
  const start = second <= SHORT ? 2 : second === 126 ? 4 : 10;
  if (bytes.length < start) return null;
  const end = start + lengthIn(bytes, second);
  return bytes.length < end ? null : { opcode: first & 0x0f, start, end };
}

function lengthIn(bytes: Buffer, second: number): number {
  if (second <= SHORT) return second;
  return second === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
}
