import type { FinishReason, UsageSource } from '../domain/usage.ts';
import type { GenerationStatus } from '../generation/generation.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';

/** Adds `Generation`, what it took, and the look-up by id. */
export function addGeneration(builder: Builder): void {
  addGenerationType(builder);
  addGenerationUsage(builder);
  addGenerationTiming(builder);

  builder.queryField('generation', (t) =>
    t.field({
      type: 'Generation',
      nullable: true,
      description:
        "A generation by id, running or ended, while its log is kept. Null when unknown to the caller's tenant.",
      args: { id: t.arg.id({ required: true, description: 'The id of a generation.' }) },
      resolve: (_, { id }, { services, principal }) => services.generations.find(id, principal),
    }),
  );
}

function addGenerationType(builder: Builder): void {
  const status = builder.enumType('GenerationStatus', {
    description: 'Where a generation stands.',
    values: described<GenerationStatus>({
      RUNNING: 'It has not ended.',
      FINISHED: 'It ended with an answer.',
      FAILED: 'It ended without a whole answer.',
      CANCELLED: 'It was ended before its answer was whole.',
    }),
  });
  const finishReason = builder.enumType('FinishReason', {
    description: 'Why the model stopped.',
    values: described<FinishReason>({
      STOP: 'The answer is whole.',
      LENGTH: 'The limit on tokens was reached.',
      CONTENT_FILTER: 'The provider withheld the rest.',
      TOOL_CALLS: 'The model asked for a tool.',
      OTHER: 'The provider gave a reason that is not listed here.',
    }),
  });
  builder.objectType('Generation', {
    description:
      'Belongs to one request. Equal prompts merged in flight (JOINED) each get their own id, decision and usage; only the one that called the model carries its cost.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Names this generation within its tenant.' }),
      status: t.expose('status', { type: status, description: 'Where it stands.' }),
      text: t.exposeString('text', { description: 'The answer so far; whole when FINISHED.' }),
      reasoning: t.exposeString('reasoning', {
        nullable: true,
        description:
          'What a reasoning model thought aloud, when the provider sends it apart from the answer.',
      }),
      finishReason: t.expose('finishReason', {
        type: finishReason,
        nullable: true,
        description: 'Null unless FINISHED.',
      }),
      failure: t.field({
        type: 'GenerationFailure',
        nullable: true,
        description: 'Null unless FAILED or CANCELLED.',
        resolve: (generation) =>
          generation.failure === null ? null : { ...generation.failure, generation },
      }),
      cached: t.exposeBoolean('cached', {
        description: 'True when the answer came from the cache.',
      }),
      model: t.exposeString('model', {
        nullable: true,
        description: 'The model that wrote the answer; null when none did or it is not known.',
      }),
      usage: t.expose('usage', {
        type: 'GenerationUsage',
        description: 'Tokens and money, counted for this request alone.',
      }),
      timing: t.expose('timing', { type: 'GenerationTiming', description: 'How long it took.' }),
      decision: t.expose('decision', {
        type: 'GenerationDecision',
        description: 'Why the cache, the router and the prompt reduction did what they did.',
      }),
    }),
  });
}

function addGenerationUsage(builder: Builder): void {
  const source = builder.enumType('UsageSource', {
    description: 'Who counted the tokens.',
    values: described<UsageSource>({
      PROVIDER: 'The model provider.',
      ESTIMATED: "The gateway's tokenizer, at least in part, because the provider did not say.",
    }),
  });
  builder.objectType('GenerationUsage', {
    description: 'What one request used, and what it was spared.',
    fields: (t) => ({
      inputTokens: t.exposeFloat('inputTokens', {
        description: "Tokens sent to models. Zero unless this request's own call used them.",
      }),
      outputTokens: t.exposeFloat('outputTokens', {
        description: "Tokens written by models. Zero unless this request's own call used them.",
      }),
      costUsd: t.exposeFloat('costUsd', {
        nullable: true,
        description:
          'Null when no price is known for the model. Zero for a cached or joined answer.',
      }),
      savedUsd: t.exposeFloat('savedUsd', {
        nullable: true,
        description:
          'What cache, join, routing and prompt reduction saved against sending the unreduced prompt to the large model.',
      }),
      savedTokens: t.exposeFloat('savedTokens', {
        description: 'Tokens that did not have to be sent or written, by the same comparison.',
      }),
      source: t.expose('source', { type: source, description: 'Who counted the tokens.' }),
    }),
  });
}

function addGenerationTiming(builder: Builder): void {
  builder.objectType('GenerationTiming', {
    description: 'Milliseconds since the request was accepted.',
    fields: (t) => ({
      firstTokenMs: t.exposeFloat('firstTokenMs', {
        nullable: true,
        description: 'Until the first text of the answer; null when there was none.',
      }),
      totalMs: t.exposeFloat('totalMs', {
        description: 'Until the end, or until now while it is RUNNING.',
      }),
      upstreamMs: t.exposeFloat('upstreamMs', {
        description: 'The part of it spent waiting for the upstream.',
      }),
      overheadMs: t.exposeFloat('overheadMs', {
        description: 'totalMs less the time spent waiting for the upstream.',
      }),
    }),
  });
}
