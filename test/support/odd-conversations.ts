import fc from 'fast-check';
import { oddParams, soundParams } from './odd-operations.ts';
import { nearlyObject, oddJson, oddText, withFaults } from './odd-values.ts';
import { type Frame, frameBytes } from './socket-frames.ts';

export type OddConversation = {
  /** The value of Sec-WebSocket-Protocol. */
  readonly protocol: string;
  /** Whether it begins as it should, with `connection_init` and its answer. */
  readonly isAcknowledged: boolean;
  /** Written one after another. */
  readonly bytes: readonly Uint8Array[];
  /** Whether these are whole frames, so that a further one is understood if the socket is still open. */
  readonly whole: boolean;
  readonly end: 'close frame' | 'FIN' | 'reset';
};

/** Longer than the gateway under test lets a message be. */
export const TOO_LONG_BYTES = 70_000;

const json = (...values: readonly unknown[]) =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));

const id = fc.oneof(
  {
    arbitrary: fc.oneof(
      fc.nat(20).map((number) => `"${number}"`),
      json('0c7a4a7e-31a5-4a1c-8a3f-2a7a9d5f4b11'),
    ),
    weight: 12,
  },
  {
    arbitrary: fc.oneof(
      json('', '__proto__', 'constructor'),
      oddText.map((text) => JSON.stringify(text)),
    ),
    weight: 1,
  },
);
/** As the protocol has it, but for what stands within. */
const soundMessage = fc.oneof(
  {
    arbitrary: fc
      .tuple(id, soundParams)
      .map(([number, payload]) => `{"type":"subscribe","id":${number},"payload":${payload}}`),
    weight: 6,
  },
  { arbitrary: id.map((number) => `{"type":"complete","id":${number}}`), weight: 2 },
  { arbitrary: json({ type: 'ping' }, { type: 'pong', payload: { a: 1 } }), weight: 1 },
);
const oddMessage = fc.oneof(
  nearlyObject({ type: json('subscribe'), id, payload: oddParams }),
  nearlyObject({
    type: json(
      'complete',
      'ping',
      'pong',
      'connection_init',
      'next',
      'error',
      'connection_ack',
      'start',
    ),
    id,
    payload: oddJson,
  }),
  json({ type: 'connection_init' }, { type: 'next', id: '1', payload: { data: null } }),
  fc.oneof(oddJson, oddText, fc.constant('x'.repeat(TOO_LONG_BYTES))),
);
const message = fc.oneof(
  { arbitrary: soundMessage, weight: 12 },
  { arbitrary: oddMessage, weight: 1 },
);

const text = (payload: string | Uint8Array): Frame => ({
  opcode: 1,
  payload: Buffer.from(payload),
});
const textFrame = message.map((said) => [text(said)]);
const fragments = fc.tuple(message, fc.nat(200)).map(([said, cut]): Frame[] => {
  const payload = Buffer.from(said);
  return [
    { opcode: 1, payload: payload.subarray(0, cut), final: false },
    { opcode: 9, payload: Buffer.from('between') },
    { opcode: 0, payload: payload.subarray(cut) },
  ];
});
const flood = fc
  .tuple(message, fc.integer({ min: 2, max: 150 }))
  .map(([said, times]) => (said.length > 2_000 ? [text(said)] : Array(times).fill(text(said))));
const otherFrame = fc
  .record({
    opcode: fc.nat(15),
    payload: fc.oneof(
      fc.uint8Array({ maxLength: 130 }),
      message.map((said) => Buffer.from(said)),
    ),
    final: fc.boolean(),
    masked: fc.boolean(),
    reserved: fc.nat(7),
  })
  .map((frame): Frame[] => [frame]);

const frames = fc.oneof(
  { arbitrary: textFrame, weight: 12 },
  { arbitrary: fragments, weight: 1 },
  { arbitrary: flood, weight: 1 },
  { arbitrary: otherFrame, weight: 1 },
);
const allFrames = fc.array(frames, { maxLength: 8 }).map((all) => all.flat().map(frameBytes));

const bytes = fc.oneof(
  { arbitrary: allFrames.map((whole) => ({ bytes: whole, whole: true })), weight: 6 },
  {
    arbitrary: withFaults(allFrames.map((whole): Uint8Array => Buffer.concat(whole))).map(
      (broken) => ({ bytes: [broken], whole: false }),
    ),
    weight: 1,
  },
);
const protocol = fc.oneof(
  { arbitrary: fc.constant('graphql-transport-ws'), weight: 20 },
  {
    arbitrary: fc.constantFrom('graphql-ws', 'nothing', '', ',', 'x, graphql-transport-ws'),
    weight: 1,
  },
);
const end = fc.constantFrom<OddConversation['end']>('close frame', 'FIN', 'reset');

/** What may come by WebSocket: nearly a conversation of `graphql-transport-ws`, or none. */
export const oddConversation: fc.Arbitrary<OddConversation> = fc
  .tuple(protocol, fc.integer({ min: 1, max: 9 }), bytes, end)
  .map(([given, ninth, said, how]) => ({
    protocol: given,
    isAcknowledged: ninth !== 9,
    ...said,
    end: how,
  }));
