import type { CacheMode, MessageRole, ResponseFormat } from '../domain/request.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';
import type { SharedEnums } from './enums.ts';

/** `GenerateInput` as the resolvers get it: the types hold, the values are not checked yet. */
export type GenerateInput = ReturnType<typeof addInputType>['$inferInput'];

export type GenerateArgs = ReturnType<typeof addGenerateInput>;

/** Adds `GenerateInput` and the inputs within it. Returns the arguments of the fields that take it. */
export function addGenerateInput(builder: Builder, enums: SharedEnums) {
  const type = addInputType(builder, enums);
  return builder.args((t) => ({
    input: t.field({ type, required: true, description: 'What to answer, and how.' }),
  }));
}

function addInputType(builder: Builder, enums: SharedEnums) {
  const message = addMessageInput(builder);
  const responseFormat = addResponseFormatInput(builder);
  const cacheControl = addCacheControlInput(builder);
  const routing = addRoutingInput(builder, enums);

  return builder.inputType('GenerateInput', {
    description: 'What to answer, and how. Only the prompt is required.',
    fields: (t) => ({
      prompt: t.string({ required: true, description: 'The last user turn.' }),
      system: t.string({ description: 'The system prompt, sent before all turns.' }),
      history: t.field({ type: [message], description: 'Earlier turns, oldest first.' }),
      model: t.string({ description: 'Pin a model; the router is skipped.' }),
      maxTokens: t.int({
        description: "Most tokens to write, at least 1. The provider's default when absent.",
      }),
      temperature: t.float({
        description: "Sampling temperature, 0..2. The provider's default when absent.",
      }),
      topP: t.float({
        description: "Nucleus sampling, above 0 and at most 1. The provider's default when absent.",
      }),
      stop: t.stringList({
        description: 'Texts that end the answer where they would appear; at most 16, none empty.',
      }),
      seed: t.int({
        description: 'Asks the provider to sample repeatably; not every provider can.',
      }),
      responseFormat: t.field({
        type: responseFormat,
        description: 'The form of the answer; plain text when absent.',
      }),
      cache: t.field({
        type: cacheControl,
        description: 'How the cache may be used; as configured when absent.',
      }),
      routing: t.field({
        type: routing,
        description: 'Wishes to the router; it decides alone when absent.',
      }),
      idempotencyKey: t.string({
        description:
          'Same key, same principal, same input: one generation. Same key, other input: IDEMPOTENCY_CONFLICT. A retryable failure frees the key. Kept as long as the log.',
      }),
    }),
  });
}

function addMessageInput(builder: Builder) {
  const role = builder.enumType('MessageRole', {
    description: 'Who spoke.',
    values: described<MessageRole>({ USER: 'The person.', ASSISTANT: 'The model.' }),
  });
  return builder.inputType('MessageInput', {
    description: 'One earlier turn of the conversation.',
    fields: (t) => ({
      role: t.field({ type: role, required: true, description: 'Who spoke.' }),
      content: t.string({
        required: true,
        description: 'What was said. May be empty, as after an answer that was cancelled.',
      }),
    }),
  });
}

function addResponseFormatInput(builder: Builder) {
  const kind = builder.enumType('ResponseFormatKind', {
    description: 'What an answer must look like.',
    values: described<ResponseFormat['kind']>({
      TEXT: 'Any text.',
      JSON: 'Any JSON text.',
      JSON_SCHEMA: 'JSON text that follows a JSON Schema.',
    }),
  });
  return builder.inputType('ResponseFormatInput', {
    description:
      'What the answer must look like. Passed on to the provider, which has to support it.',
    fields: (t) => ({
      kind: t.field({
        type: kind,
        required: true,
        description: 'Text, JSON, or JSON by a schema.',
      }),
      jsonSchema: t.string({
        description: 'A JSON Schema as JSON text; required for JSON_SCHEMA.',
      }),
    }),
  });
}

function addCacheControlInput(builder: Builder) {
  const mode = builder.enumType('CacheMode', {
    description:
      'REFRESH: skip the look-up, store the answer. BYPASS: neither. ONLY_IF_CACHED: never call a model.',
    values: described<CacheMode>({
      DEFAULT: 'Look up; when nothing fits, ask a model and store its answer.',
      REFRESH: 'Skip the look-up, store the answer.',
      BYPASS: "Neither look up nor store; such a request never joins another's run either.",
      ONLY_IF_CACHED: 'Look up; fail with NOT_CACHED rather than call a model.',
    }),
  });
  return builder.inputType('CacheControlInput', {
    description: 'How the cache may be used for one request.',
    fields: (t) => ({
      mode: t.field({
        type: mode,
        required: true,
        defaultValue: 'DEFAULT',
        description: 'Whether to look up and whether to store.',
      }),
      namespace: t.string({
        description:
          'Answers are shared only within a namespace. 1 to 128 letters, digits, dots, underscores and hyphens, the first a letter or digit; "default" when absent.',
      }),
      ttlSeconds: t.int({
        description:
          'How long an answer stored by this request may live, at least 1; as configured when absent.',
      }),
      maxAgeSeconds: t.int({ description: 'Refuse entries older than this.' }),
      semantic: t.boolean({ description: 'false: exact matches only.' }),
      maxErrorRate: t.float({
        description: 'Largest tolerated share of wrong answers among semantic hits, 0..1.',
      }),
    }),
  });
}

function addRoutingInput(builder: Builder, enums: SharedEnums) {
  return builder.inputType('RoutingInput', {
    description: 'Wishes to the router for one request.',
    fields: (t) => ({
      stickyKey: t.string({
        description:
          'Who is assigned to an experiment arm: a user, a tenant, a conversation. Never the prompt.',
      }),
      tier: t.field({
        type: enums.ModelTier,
        description: 'Ask this tier and no other; the router does not look at the prompt.',
      }),
    }),
  });
}
