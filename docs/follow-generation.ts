/** Follows an answer of Sluice over lost connections. To be copied; docs/clients.md tells how it is used. */

export type Answer = {
  readonly generationId: string | null;
  /** Of the last event that was taken in. */
  readonly seq: number;
  readonly text: string;
  /** The last event, once it has come. */
  readonly end: GenerationEvent | null;
};

export type GenerationEvent = { readonly generationId: string; readonly seq: number } & (
  | { readonly __typename: 'GenerationDelta'; readonly offset: number; readonly text: string }
  | { readonly __typename: 'GenerationStarted' | 'GenerationReset' | 'GenerationFinished' }
  | { readonly __typename: 'GenerationFailed'; readonly failure: { readonly code: string } }
);

const EVENT = `{
  __typename generationId seq
  ... on GenerationDelta { offset text }
  ... on GenerationFailed { failure { code } }
}`;

export const ASK = `subscription Ask($input: GenerateInput!, $afterSeq: Int! = -1) {
  event: generateStream(input: $input, afterSeq: $afterSeq) ${EVENT}
}`;

export const RESUME = `subscription Resume($generationId: ID!, $afterSeq: Int! = -1) {
  event: resumeStream(generationId: $generationId, afterSeq: $afterSeq) ${EVENT}
}`;

export const NOTHING_YET: Answer = { generationId: null, seq: -1, text: '', end: null };

/** The answer after one more event. Events may come again, and several deltas may come again as one. */
export function fold(answer: Answer, event: GenerationEvent): Answer {
  const { generationId, seq } = event;
  const held = generationId === answer.generationId ? answer : { ...NOTHING_YET, generationId };
  if (seq <= held.seq) return held;
  switch (event.__typename) {
    case 'GenerationDelta':
      if (event.offset > held.text.length) throw new Error('An event was missed.');
      return { ...held, seq, text: held.text.slice(0, event.offset) + event.text };
    case 'GenerationReset':
      return { ...held, seq, text: '' };
    case 'GenerationFinished':
    case 'GenerationFailed':
      return { ...held, seq, end: event };
    default:
      return { ...held, seq };
  }
}

type Operation = { query: string; variables: Record<string, unknown> };

/** What it needs of a client; those of graphql-ws and graphql-sse have it. */
type Client = {
  iterate<Data extends Record<string, unknown>>(
    operation: Operation,
  ): AsyncIterableIterator<{ data?: Data | null | undefined; errors?: unknown }>;
};

/** Asks, and yields the answer as it grows, over lost connections. Abort `signal` to leave. */
export function ask(client: Client, input: { prompt: string }, signal?: AbortSignal) {
  const variables = { input: { idempotencyKey: crypto.randomUUID(), ...input } };
  return follow(client, { query: ASK, variables }, signal);
}

/** Yields an answer that was asked for before, from its beginning and as it grows. */
export function resume(client: Client, generationId: string, signal?: AbortSignal) {
  return follow(client, { query: RESUME, variables: { generationId } }, signal);
}

async function* follow(client: Client, first: Operation, signal?: AbortSignal) {
  let answer = NOTHING_YET;
  for (let failures = 0; ; failures += 1) {
    const { generationId, seq } = answer;
    const again = { query: RESUME, variables: { generationId, afterSeq: seq } };
    try {
      for await (const event of eventsOf(client, generationId ? again : first, signal)) {
        answer = fold(answer, event);
        failures = 0;
        yield answer;
        if (answer.end) return;
      }
      return;
    } catch (lost) {
      if (isFinal(lost) || failures === 4) throw lost;
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** failures));
    }
  }
}

async function* eventsOf(client: Client, operation: Operation, signal?: AbortSignal) {
  if (signal?.aborted) return;
  const results = client.iterate<{ event: GenerationEvent }>(operation);
  const leave = () => void results.return?.();
  signal?.addEventListener('abort', leave);
  try {
    for await (const { data, errors } of results) {
      if (!data) throw errors;
      yield data.event;
    }
  } finally {
    signal?.removeEventListener('abort', leave);
  }
}

/** Errors of the operation itself come as an array; 4401 closes a socket whose credentials are not good. */
function isFinal(lost: unknown): boolean {
  return Array.isArray(lost) || (lost as { code?: unknown } | undefined)?.code === 4401;
}
