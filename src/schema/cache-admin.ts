import type { Builder } from './builder.ts';
import { notImplemented } from './errors.ts';
import { operatorOnly } from './operator.ts';

/** Adds what an operator may do to the cache: `warmCache` and `invalidateCache`. */
export function addCacheAdmin(builder: Builder): void {
  addWarmCache(builder);
  addInvalidateCache(builder);
}

function addWarmCache(builder: Builder): void {
  const entry = builder.inputType('WarmCacheEntry', {
    description: 'A ready answer to a prompt.',
    fields: (t) => ({
      prompt: t.string({ required: true, description: 'The prompt that it answers.' }),
      answer: t.string({ required: true, description: 'The answer, as it will be sent.' }),
      system: t.string({ description: 'The system prompt under which it holds.' }),
      namespace: t.string({ description: 'Where it is shared; "default" when absent.' }),
      model: t.string({ description: 'The model that it stands for; any when absent.' }),
      ttlSeconds: t.int({ description: 'How long it may live; as configured when absent.' }),
    }),
  });
  builder.mutationField('warmCache', (t) =>
    t.field({
      type: 'WarmCachePayload',
      nullable: true,
      description: 'Store ready answers.',
      extensions: operatorOnly,
      args: {
        entries: t.arg({ type: [entry], required: true, description: 'The answers to store.' }),
      },
      resolve: () => {
        throw notImplemented('Storing ready answers in the cache');
      },
    }),
  );
  builder.objectType('WarmCachePayload', {
    description: 'What became of the answers.',
    fields: (t) => ({
      stored: t.exposeInt('stored', { description: 'Answers that were stored.' }),
      skipped: t.exposeInt('skipped', { description: 'Answers that were there already.' }),
    }),
  });
}

function addInvalidateCache(builder: Builder): void {
  const input = builder.inputType('InvalidateCacheInput', {
    description: 'What to drop: one entry, or all of a namespace.',
    fields: (t) => ({
      namespace: t.string({ description: 'Drop all entries of this namespace.' }),
      entryId: t.id({ description: 'Drop this entry.' }),
    }),
  });
  builder.mutationField('invalidateCache', (t) =>
    t.field({
      type: 'InvalidateCachePayload',
      nullable: true,
      description: 'Drop one entry, or all of a namespace.',
      extensions: operatorOnly,
      args: { input: t.arg({ type: input, required: true, description: 'What to drop.' }) },
      resolve: () => {
        throw notImplemented('Dropping entries from the cache');
      },
    }),
  );
  builder.objectType('InvalidateCachePayload', {
    description: 'What was dropped.',
    fields: (t) => ({
      removed: t.exposeFloat('removed', { description: 'How many entries were dropped.' }),
    }),
  });
}
