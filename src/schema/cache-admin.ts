import type { Invalidated } from '../cache/invalidate.ts';
import type { WarmResult } from '../generation/warm-cache.ts';
import type { Builder } from './builder.ts';
import { badUserInput } from './errors.ts';
import { operatorOnly } from './operator.ts';
import { MAX_WARM_ENTRIES, parseWarmEntries } from './parse-warm-entries.ts';

/** Adds what an operator may do to the stored answers of his tenant: `warmCache` and `invalidateCache`. */
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
      model: t.string({
        description:
          'The model that it stands for: it serves requests that pin this model. When absent, those that name neither model nor tier.',
      }),
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
        entries: t.arg({
          type: [entry],
          required: true,
          description: `The answers to store, at most ${MAX_WARM_ENTRIES}, for the tenant of the key. One that is there is stored anew. When one of them is not allowed, none is stored.`,
        }),
      },
      resolve: async (_root, { entries }, { services, principal, signal }) => {
        const answers = parseWarmEntries(entries, principal.rights.namespaces);
        return toPayload(await services.warm(answers, principal, signal));
      },
    }),
  );
  builder.objectType('WarmCachePayload', {
    description: 'What became of the answers.',
    fields: (t) => ({
      stored: t.exposeInt('stored', { description: 'Answers that were stored.' }),
      skipped: t.exposeInt('skipped', {
        description: 'Answers that were not: the cache is off, or its store did not answer.',
      }),
    }),
  });
}

function toPayload(result: WarmResult) {
  if (result.kind === 'done') return result;
  const [first, ...others] = result.problems.map(({ index, field, message }) => ({
    field: `entries[${index}].${field}`,
    message,
  }));
  throw badUserInput([first ?? { field: 'entries', message: 'are refused' }, ...others]);
}

function addInvalidateCache(builder: Builder): void {
  const input = builder.inputType('InvalidateCacheInput', {
    description: 'What to drop: one entry, or all of a namespace. Exactly one is named.',
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
      resolve: async (_root, { input: what }, { services, principal }) => ({
        removed: await services.invalidate(principal.tenant, toInvalidated(what)),
      }),
    }),
  );
  builder.objectType('InvalidateCachePayload', {
    description: 'What was dropped.',
    fields: (t) => ({
      removed: t.exposeFloat('removed', { description: 'How many entries were dropped.' }),
    }),
  });
}

function toInvalidated(input: {
  namespace?: string | null | undefined;
  entryId?: string | null | undefined;
}): Invalidated {
  const { namespace, entryId } = input;
  if (namespace != null && entryId == null) return { namespace };
  if (entryId != null && namespace == null) return { entryId };
  throw badUserInput([{ field: 'input', message: 'must name either a namespace or an entry' }]);
}
