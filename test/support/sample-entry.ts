import type { CacheEntry } from '../../src/cache/entry.ts';
import type { CacheQuestion } from '../../src/cache/port.ts';
import type { EntryPlace } from '../../src/cache/store.ts';
import { sampleRequest } from './sample-request.ts';

/** A question of the tenant `acme` that gives nothing but a prompt, except for what `changes` says. */
export function sampleQuestion(changes: Partial<CacheQuestion> = {}): CacheQuestion {
  return {
    tenant: 'acme',
    request: sampleRequest(),
    policy: { kind: 'tier', tier: 'LARGE', models: ['large-model'] },
    glossaryVersion: null,
    ...changes,
  };
}

export function samplePlace(changes: Partial<EntryPlace> = {}): EntryPlace {
  return { tenant: 'acme', namespace: 'default', key: 'k'.repeat(43), ...changes };
}

/** An entry that lives for another hour by the system's clock. */
export function sampleEntry(changes: Partial<CacheEntry> = {}): CacheEntry {
  return {
    id: 'default:key',
    namespace: 'default',
    prompt: 'What do day-old chicks eat?',
    text: 'Starter crumbs, and water beside them.',
    reasoning: null,
    model: 'large-model',
    usage: { inputTokens: 12, outputTokens: 9, source: 'PROVIDER' },
    createdAt: Date.now(),
    expiresAt: Date.now() + 3_600_000,
    trace: null,
    ...changes,
  };
}
