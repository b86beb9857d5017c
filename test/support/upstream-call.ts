import type { UpstreamCall, UpstreamPart } from '../../src/upstream/port.ts';

/** A call that leaves everything to the provider, unless told otherwise. */
export function upstreamCall(fields: Partial<UpstreamCall> = {}): UpstreamCall {
  return {
    tenant: 'acme',
    model: 'scripted-model',
    system: null,
    messages: [{ role: 'USER', content: 'Why is the sky blue?' }],
    maxTokens: null,
    temperature: null,
    topP: null,
    stop: [],
    seed: null,
    responseFormat: { kind: 'TEXT' },
    ...fields,
  };
}

export function textOf(parts: readonly UpstreamPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** The last part, which must be `finish`. */
export function finishOf(
  parts: readonly UpstreamPart[],
): Extract<UpstreamPart, { type: 'finish' }> {
  const last = parts.at(-1);
  if (last?.type !== 'finish') throw new Error('The stream did not end with a finish part.');
  return last;
}

/** Everything a stream yielded, and what it threw; null when it ended well. */
export async function outcomeOf(
  stream: AsyncIterable<UpstreamPart>,
): Promise<{ parts: UpstreamPart[]; error: unknown }> {
  const parts: UpstreamPart[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { parts, error: null };
  } catch (error) {
    return { parts, error };
  }
}

/** For calls that nobody leaves. */
export function neverAborted(): AbortSignal {
  return new AbortController().signal;
}
