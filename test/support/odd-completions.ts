import fc from 'fast-check';
import { cutAnywhere, nearlyObject, oddJson, oddText, withFaults } from './odd-values.ts';
import { hang, head, raw, reset, type Script, type Step } from './upstream-script.ts';

/** Stands in all that a random model server says, its errors included. */
export const SAID_UPSTREAM = 'said-by-the-model-server';

const said = fc
  .oneof(oddText, fc.constant(''))
  .map((text) => JSON.stringify(`${SAID_UPSTREAM} ${text}`));
const json = (...values: readonly unknown[]) =>
  fc.constantFrom(...values.map((value) => JSON.stringify(value)));
const counts = json(0, 1, 9, 2 ** 31, -1, 0.5);

const delta = nearlyObject({
  role: json('assistant'),
  content: fc.oneof(said, json('', null)),
  reasoning_content: fc.oneof(json(null), said),
  refusal: json(null, ''),
  tool_calls: json(null, []),
});
const choice = nearlyObject({
  index: json(0, 0, 0, 1),
  delta,
  finish_reason: json(null, null, null, 'stop', 'length', 'content_filter', 'whatever'),
});
const chunk = nearlyObject({
  id: json('chatcmpl-1'),
  model: fc.oneof(json('scripted-model'), said),
  choices: choice.map((one) => `[${one}]`),
  usage: fc.oneof(json(null), nearlyObject({ prompt_tokens: counts, completion_tokens: counts })),
});
const error = nearlyObject({
  error: nearlyObject({ message: said, type: said, code: json('x', 429, '500', 'server_error') }),
});

const lineEnd = fc.constantFrom('\n', '\n', '\n', '\r\n', '\r');
const data = fc.oneof(
  { arbitrary: chunk, weight: 12 },
  { arbitrary: fc.constant('[DONE]'), weight: 1 },
  { arbitrary: fc.oneof(error, oddJson, oddText), weight: 1 },
);
const event = fc
  .tuple(
    fc.constantFrom('data: ', 'data:', 'data: ', 'event: ', ': ', 'retry: ', ''),
    data,
    lineEnd,
  )
  .map(([field, value, end]) => `${field}${value}${end}${end}`);

/** Mostly it ends as an answer should. */
const ending = fc.oneof(
  {
    arbitrary: fc.constant('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n'),
    weight: 6,
  },
  { arbitrary: fc.constant(''), weight: 1 },
);
const bytes = fc
  .tuple(fc.array(event, { maxLength: 6 }), ending, fc.constantFrom('data: [DONE]\n\n', ''))
  .map(([events, finish, done]): Uint8Array => Buffer.from(`${events.join('')}${finish}${done}`));

const eventStream = fc.oneof(
  { arbitrary: bytes, weight: 6 },
  { arbitrary: withFaults(bytes), weight: 3 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
);

const headers = fc.record(
  {
    'content-type': fc.constantFrom(
      ...[
        'text/event-stream',
        'text/event-stream; charset=utf-8',
        'application/json',
        'text/html',
        '',
      ],
    ),
    'retry-after': fc.constantFrom(
      '1',
      '-1',
      '1e9',
      '9'.repeat(400),
      'soon',
      'Tue, 15 Nov 1994 08:12:31 GMT',
    ),
    'retry-after-ms': fc.constantFrom('1', '0.5', '9'.repeat(400)),
    'content-encoding': fc.constantFrom('gzip', 'identity', 'br'),
    'content-length': fc.constantFrom('1', '100000'),
  },
  { requiredKeys: [] },
);
const heads = fc.oneof(
  { arbitrary: fc.constant<Step[]>([]), weight: 8 },
  {
    arbitrary: fc
      .tuple(fc.constantFrom(200, 200, 201, 204, 302, 400, 401, 429, 500, 503, 599), headers)
      .map(([status, fields]) => [head(status, fields)]),
    weight: 2,
  },
);
const lastSteps = fc.oneof(
  { arbitrary: fc.constant<Step[]>([]), weight: 40 },
  { arbitrary: fc.constant([reset]), weight: 3 },
  { arbitrary: fc.constant([hang]), weight: 1 },
);

/** What a random model server does with a request: nearly right, or not at all. */
export const oddScript: fc.Arbitrary<Script> = fc
  .tuple(heads, cutAnywhere(eventStream), lastSteps)
  .map(([first, pieces, last]) => [...first, ...pieces.map((piece) => raw(piece)), ...last]);
