import { isNamespace, NAMESPACE_DEMAND } from '../domain/names.ts';
import {
  type CacheControl,
  DEFAULT_NAMESPACE,
  type GenerationRequest,
  type ResponseFormat,
} from '../domain/request.ts';
import type { Rights } from '../tenancy/principal.ts';
import { badUserInput, type Problem } from './errors.ts';
import type { GenerateInput } from './generate-input.ts';

const MAX_STOPS = 16;
const MAX_NAME_LENGTH = 256;

/**
 * `input` as the domain takes it: every field present, an explicit null the same as none. Throws
 * BAD_USER_INPUT that lists all problems when a value is not allowed.
 *
 * Turns of the history may be empty: a cancelled answer leaves such a turn behind. An empty system prompt is
 * kept, because some chat templates put one of their own where there is none.
 *
 * @param operationKey the idempotency key of an input that has none
 * @param namespaces those that the caller may use; null: all
 */
export function parseGenerateInput(
  input: GenerateInput,
  operationKey: string | null,
  namespaces: Rights['namespaces'],
): GenerationRequest {
  const [first, ...others] = generateInputProblems(input, namespaces);
  if (first !== undefined) throw badUserInput([first, ...others]);
  return toRequest(input, operationKey, namespaces);
}

/** What is not allowed in an input; the paths of its fields begin with `input.`. */
export function generateInputProblems(
  input: GenerateInput,
  namespaces: Rights['namespaces'],
): readonly Problem[] {
  return [
    ...promptProblems(input),
    ...samplingProblems(input),
    ...responseFormatProblems(input.responseFormat),
    ...cacheProblems(input.cache),
    ...namespaceProblems(input.cache?.namespace, namespaces),
    ...nameProblems(input),
  ];
}

/** An input in which nothing is wrong, as the domain takes it. */
export function toRequest(
  input: GenerateInput,
  operationKey: string | null,
  namespaces: Rights['namespaces'],
): GenerationRequest {
  return {
    prompt: input.prompt,
    system: input.system ?? null,
    history: input.history ?? [],
    model: input.model ?? null,
    maxTokens: input.maxTokens ?? null,
    temperature: input.temperature ?? null,
    topP: input.topP ?? null,
    stop: input.stop ?? [],
    seed: input.seed ?? null,
    responseFormat: toResponseFormat(input.responseFormat),
    cache: toCacheControl(input.cache, namespaces?.[0] ?? DEFAULT_NAMESPACE),
    routing: {
      stickyKey: input.routing?.stickyKey ?? null,
      tier: input.routing?.tier ?? null,
    },
    idempotencyKey: input.idempotencyKey ?? operationKey,
  };
}

function promptProblems({ prompt }: GenerateInput): Problem[] {
  return unless(prompt.trim() !== '', 'prompt', 'must not be blank');
}

function samplingProblems({ maxTokens, temperature, topP, stop }: GenerateInput): Problem[] {
  return [
    ...unless(maxTokens == null || maxTokens >= 1, 'maxTokens', 'must be at least 1'),
    ...unless(temperature == null || isWithin(temperature, 0, 2), 'temperature', 'must be 0 to 2'),
    ...unless(
      topP == null || (isWithin(topP, 0, 1) && topP > 0),
      'topP',
      'must be above 0 and at most 1',
    ),
    ...unless(
      stop == null || stop.length <= MAX_STOPS,
      'stop',
      `must have at most ${MAX_STOPS} texts`,
    ),
    ...unless(stop == null || !stop.includes(''), 'stop', 'must not have an empty text'),
  ];
}

function responseFormatProblems(format: GenerateInput['responseFormat']): Problem[] {
  if (format == null) return [];
  const { kind, jsonSchema } = format;
  const field = 'responseFormat.jsonSchema';
  if (kind !== 'JSON_SCHEMA') {
    return unless(jsonSchema == null, field, 'must be absent unless kind is JSON_SCHEMA');
  }
  if (jsonSchema == null) return unless(false, field, 'is required when kind is JSON_SCHEMA');
  return unless(isJsonObject(jsonSchema), field, 'must be the JSON text of an object');
}

function cacheProblems(cache: GenerateInput['cache']): Problem[] {
  if (cache == null) return [];
  const { namespace, ttlSeconds, maxAgeSeconds, maxErrorRate } = cache;
  return [
    ...unless(namespace == null || isNamespace(namespace), 'cache.namespace', NAMESPACE_DEMAND),
    ...unless(ttlSeconds == null || ttlSeconds >= 1, 'cache.ttlSeconds', 'must be at least 1'),
    ...unless(
      maxAgeSeconds == null || maxAgeSeconds >= 0,
      'cache.maxAgeSeconds',
      'must be at least 0',
    ),
    ...unless(
      maxErrorRate == null || isWithin(maxErrorRate, 0, 1),
      'cache.maxErrorRate',
      'must be 0 to 1',
    ),
  ];
}

function namespaceProblems(
  namespace: string | null | undefined,
  allowed: Rights['namespaces'],
): Problem[] {
  return unless(
    namespace == null || allowed === null || allowed.includes(namespace),
    'cache.namespace',
    `must be one that the key may use: ${allowed?.join(', ')}`,
  );
}

function nameProblems({ model, routing, idempotencyKey }: GenerateInput): Problem[] {
  const demand = `must not be blank nor longer than ${MAX_NAME_LENGTH} characters`;
  return [
    ...unless(isName(model), 'model', demand),
    ...unless(isName(routing?.stickyKey), 'routing.stickyKey', demand),
    ...unless(isName(idempotencyKey), 'idempotencyKey', demand),
  ];
}

function toResponseFormat(format: GenerateInput['responseFormat']): ResponseFormat {
  if (format == null) return { kind: 'TEXT' };
  if (format.kind !== 'JSON_SCHEMA') return { kind: format.kind };
  return { kind: 'JSON_SCHEMA', jsonSchema: format.jsonSchema ?? '{}' };
}

function toCacheControl(cache: GenerateInput['cache'], namespace: string): CacheControl {
  return {
    mode: cache?.mode ?? 'DEFAULT',
    namespace: cache?.namespace ?? namespace,
    ttlSeconds: cache?.ttlSeconds ?? null,
    maxAgeSeconds: cache?.maxAgeSeconds ?? null,
    semantic: cache?.semantic ?? true,
    maxErrorRate: cache?.maxErrorRate ?? null,
  };
}

function unless(holds: boolean, field: string, message: string): Problem[] {
  return holds ? [] : [{ field: `input.${field}`, message }];
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function isName(value: string | null | undefined): boolean {
  return value == null || (value.trim() !== '' && value.length <= MAX_NAME_LENGTH);
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
