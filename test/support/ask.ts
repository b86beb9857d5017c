import type { FormattedExecutionResult } from 'graphql-ws';
import { expect } from 'vitest';
import { keepMessages } from './operation-evidence.ts';
import { type Addressed, post, transports } from './transports.ts';

const GENERATION_FIELDS = `
  id status text reasoning finishReason cached model
  usage { inputTokens outputTokens costUsd savedUsd savedTokens source }
  timing { firstTokenMs totalMs upstreamMs overheadMs }
  decision {
    cache { outcome similarity confidence ageSeconds entryId matchedPrompt refusal { kind detail } }
    routing { tier reason requestedModel servedModel fallbacks { model code } }
    prompt { inputTokensBefore inputTokensAfter }
  }
`;
const FAILURE_FIELDS = `code message retryable retryAfterMs partialText
  usage { inputTokens outputTokens costUsd source } generation { ${GENERATION_FIELDS} }`;

const FOUND_FIELDS = `${GENERATION_FIELDS} failure { code message retryable partialText }`;

const ASK = `query Ask($input: GenerateInput!) {
  generate(input: $input) {
    __typename
    ... on Generation { ${GENERATION_FIELDS} }
    ... on GenerationFailure { ${FAILURE_FIELDS} }
  }
}`;

export const EVENT_FIELDS = `
  __typename generationId seq
  ... on GenerationStarted { cached model }
  ... on GenerationDelta { offset text }
  ... on GenerationReset { reason model }
  ... on GenerationFinished { generation { ${GENERATION_FIELDS} } }
  ... on GenerationFailed { failure { ${FAILURE_FIELDS} } }
`;

const STREAM = `subscription Stream($input: GenerateInput!, $afterSeq: Int! = -1) {
  generateStream(input: $input, afterSeq: $afterSeq) { ${EVENT_FIELDS} }
}`;

type Usage = {
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  savedUsd: number | null;
  savedTokens: number;
  source: string;
};

export type AskedGeneration = {
  __typename: 'Generation';
  id: string;
  status: string;
  text: string;
  reasoning: string | null;
  finishReason: string | null;
  cached: boolean;
  model: string | null;
  usage: Usage;
  timing: { firstTokenMs: number | null; totalMs: number; upstreamMs: number; overheadMs: number };
  decision: {
    cache: {
      outcome: string;
      similarity: number | null;
      confidence: number | null;
      ageSeconds: number | null;
      entryId: string | null;
      matchedPrompt: string | null;
      refusal: { kind: string; detail: string | null } | null;
    };
    routing: { tier: string | null; servedModel: string | null; fallbacks: unknown[] } | null;
    prompt: { inputTokensBefore: number };
  };
};

export type FoundGeneration = AskedGeneration & {
  failure: { code: string; retryable: boolean; partialText: string } | null;
};

export type AskedFailure = {
  __typename: 'GenerationFailure';
  code: string;
  message: string;
  retryable: boolean;
  retryAfterMs: number | null;
  partialText: string;
  usage: Usage;
  generation: AskedGeneration | null;
};

export type StreamedEvent = { generationId: string; seq: number } & (
  | { __typename: 'GenerationStarted'; cached: boolean; model: string | null }
  | { __typename: 'GenerationDelta'; offset: number; text: string }
  | { __typename: 'GenerationReset'; reason: string; model: string }
  | { __typename: 'GenerationFinished'; generation: AskedGeneration }
  | { __typename: 'GenerationFailed'; failure: AskedFailure }
);

/** `generate` over HTTP. */
export async function ask(
  gateway: Addressed,
  input: object,
): Promise<AskedGeneration | AskedFailure> {
  const response = await post(gateway, { query: ASK, variables: { input } });
  const result = keepMessages((await response.json()) as FormattedExecutionResult);
  expect(result.errors).toBeUndefined();
  return result.data?.['generate'] as AskedGeneration | AskedFailure;
}

/** `generate` over HTTP, for tests in which it answers. */
export async function askForAnswer(gateway: Addressed, input: object): Promise<AskedGeneration> {
  const result = await ask(gateway, input);
  if (result.__typename !== 'Generation') throw new Error(`Failed: ${result.message}`);
  return result;
}

/** `generate` over HTTP, for tests in which it fails. */
export async function askForFailure(gateway: Addressed, input: object): Promise<AskedFailure> {
  const result = await ask(gateway, input);
  if (result.__typename !== 'GenerationFailure') throw new Error('It answered.');
  return result;
}

/** `startGeneration` over HTTP. */
export function startGeneration(
  gateway: Addressed,
  input: object,
): Promise<AskedGeneration | AskedFailure> {
  const query = `mutation Start($input: GenerateInput!) {
    answer: startGeneration(input: $input) {
      __typename
      ... on Generation { ${GENERATION_FIELDS} }
      ... on GenerationFailure { ${FAILURE_FIELDS} }
    }
  }`;
  return answerTo(gateway, query, { input });
}

/** `generation(id)` over HTTP; null when it is not known. */
export function findGeneration(gateway: Addressed, id: string): Promise<FoundGeneration | null> {
  const query = `query Find($id: ID!) { answer: generation(id: $id) { ${FOUND_FIELDS} } }`;
  return answerTo(gateway, query, { id });
}

/** `cancelGeneration` over HTTP; null when it is not known. */
export async function cancelGeneration(
  gateway: Addressed,
  generationId: string,
): Promise<FoundGeneration | null> {
  const query = `mutation Cancel($input: CancelGenerationInput!) {
    answer: cancelGeneration(input: $input) { generation { ${FOUND_FIELDS} } }
  }`;
  const { generation } = await answerTo<{ generation: FoundGeneration | null }>(gateway, query, {
    input: { generationId },
  });
  return generation;
}

async function answerTo<Answer>(
  gateway: Addressed,
  query: string,
  variables: Record<string, unknown>,
): Promise<Answer> {
  const response = await post(gateway, { query, variables });
  const result = keepMessages(
    (await response.json()) as FormattedExecutionResult<{ answer: Answer }>,
  );
  expect(result.errors).toBeUndefined();
  return result.data?.answer as Answer;
}

/** `generateStream` over WebSocket, to its end. */
export async function stream(gateway: Addressed, input: object): Promise<StreamedEvent[]> {
  const socket = transports.find(({ name }) => name === 'WebSocket');
  const results = (await socket?.run(gateway, { query: STREAM, variables: { input } })) ?? [];
  return results.map((result) => {
    expect(result.errors).toBeUndefined();
    return result.data?.['generateStream'] as StreamedEvent;
  });
}

/**
 * The text that a client has in the end, by the contract's rules; it fails where they are broken: seq rises,
 * offsets are contiguous, and there is one terminal event, which comes last.
 */
export function textOf(events: readonly StreamedEvent[]): string {
  let text = '';
  let seq = -1;
  for (const [index, event] of events.entries()) {
    expect(event.seq).toBeGreaterThan(seq);
    seq = event.seq;
    if (event.__typename === 'GenerationReset') text = '';
    if (event.__typename === 'GenerationDelta') {
      expect(event.offset).toBe(text.length);
      text += event.text;
    }
    const terminal =
      event.__typename === 'GenerationFinished' || event.__typename === 'GenerationFailed';
    expect(terminal).toBe(index === events.length - 1);
  }
  return text;
}
