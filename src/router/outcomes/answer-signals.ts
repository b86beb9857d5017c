import type { ResponseFormat } from '../../domain/request.ts';
import type { FinishReason } from '../../domain/usage.ts';
import { isRefusal } from './refusal.ts';

/**
 * What an answer says against itself, whoever reads it.
 * - TRUNCATED: it was cut at the most tokens that it might have.
 * - REFUSED: the model says that it will not or cannot answer, or a filter took the answer away.
 * - INVALID_JSON: JSON was asked for, and it is none, or lacks what the schema requires at the top.
 * - EMPTY: it finished without a text.
 * - FAILED: it did not finish, which says nothing of how well the model answers.
 */
export type AnswerSignal = 'TRUNCATED' | 'REFUSED' | 'INVALID_JSON' | 'EMPTY' | 'FAILED';

/** An answer at its end. */
export type EndedAnswer = {
  readonly text: string;
  readonly finishReason: FinishReason | null;
  readonly responseFormat: ResponseFormat;
  readonly status: 'FINISHED' | 'FAILED' | 'CANCELLED';
};

/** None for an answer that its caller cancelled: what is missing in it is not missed. */
export function answerSignals(answer: EndedAnswer): readonly AnswerSignal[] {
  if (answer.status === 'CANCELLED') return [];
  if (answer.status === 'FAILED') return ['FAILED'];
  const { text, finishReason, responseFormat } = answer;
  const signals: AnswerSignal[] = [];
  const isBlank = text.trim() === '';
  if (finishReason === 'LENGTH') signals.push('TRUNCATED');
  if (finishReason === 'CONTENT_FILTER' || isRefusal(text)) signals.push('REFUSED');
  if (isBlank) signals.push('EMPTY');
  else if (responseFormat.kind !== 'TEXT' && !isWantedJson(text, responseFormat)) {
    signals.push('INVALID_JSON');
  }
  return signals;
}

type JsonFormat = Exclude<ResponseFormat, { kind: 'TEXT' }>;

function isWantedJson(text: string, format: JsonFormat): boolean {
  const value = parseJson(text);
  if (value === undefined) return false;
  return format.kind === 'JSON' || hasRequired(value, parseJson(format.jsonSchema));
}

/** Whether the keys are there that a schema requires at the top. What else it demands is not looked at. */
function hasRequired(value: unknown, schema: unknown): boolean {
  const { type, required } = fieldsOf(schema) ?? {};
  const keys = Array.isArray(required) ? required : [];
  const fields = fieldsOf(value);
  if (fields === null) return type !== 'object' && keys.length === 0;
  return keys.every((key) => Object.hasOwn(fields, String(key)));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : null;
}

/** Undefined for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
