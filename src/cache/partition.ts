import { createHash } from 'node:crypto';
import type {
  CacheControl,
  GenerationRequest,
  Message,
  ResponseFormat,
  RoutingWish,
} from '../domain/request.ts';
import type { ModelPolicy } from '../router/port.ts';
import type { CacheQuestion } from './port.ts';

/** Raised when what goes into a partition, or into the canonical prompt, changes its meaning. */
const FORMAT = 1;

/** Nothing is left: a value of this type has no known field. */
type Decided = { readonly [field: string]: never };

/**
 * The digest of all that must be equal before two prompts are compared at all: whose they are, what may
 * answer them, and everything beside the last user text that shapes an answer.
 *
 * Each input is taken apart down to its last field. A field that is added to one of them makes the
 * remainder non-empty, and this file does not compile until someone decides whether it belongs in the key.
 */
export function partitionOf(question: CacheQuestion): string {
  const { tenant, request, policy, glossaryVersion, ...rest } = question;
  rest satisfies Decided;
  return digest([FORMAT, tenant, glossaryVersion, policyParts(policy), requestParts(request)]);
}

/** SHA-256 of a value's JSON, as 43 characters of base64url. Arrays of fixed length make it unambiguous. */
export function digest(value: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url');
}

function requestParts(request: GenerationRequest): readonly unknown[] {
  const {
    // Compared within the partition.
    prompt: _prompt,
    // The policy stands for it.
    model: _model,
    idempotencyKey: _idempotencyKey,
    system,
    history,
    maxTokens,
    temperature,
    topP,
    stop,
    seed,
    responseFormat,
    cache,
    routing,
    ...rest
  } = request;
  rest satisfies Decided;
  decideRouting(routing);
  return [
    namespaceOf(cache),
    system,
    history.map(messageParts),
    formatParts(responseFormat),
    maxTokens,
    temperature,
    topP,
    stop,
    seed,
  ];
}

/** How an answer is looked for and kept does not shape it: of all this only the namespace counts. */
function namespaceOf(cache: CacheControl): string {
  const {
    namespace,
    mode: _mode,
    ttlSeconds: _ttlSeconds,
    maxAgeSeconds: _maxAgeSeconds,
    semantic: _semantic,
    maxErrorRate: _maxErrorRate,
    ...rest
  } = cache;
  rest satisfies Decided;
  return namespace;
}

/** The policy stands for the tier, and for the arm that the sticky key leads to. */
function decideRouting(routing: RoutingWish): void {
  const { stickyKey: _stickyKey, tier: _tier, ...rest } = routing;
  rest satisfies Decided;
}

function messageParts({ role, content, ...rest }: Message): readonly unknown[] {
  rest satisfies Decided;
  return [role, content];
}

function formatParts(format: ResponseFormat): readonly unknown[] {
  if (format.kind !== 'JSON_SCHEMA') return [format.kind];
  const { kind, jsonSchema, ...rest } = format;
  rest satisfies Decided;
  return [kind, jsonSchema];
}

function policyParts(policy: ModelPolicy): readonly unknown[] {
  switch (policy.kind) {
    case 'pinned': {
      const { kind, model, ...rest } = policy;
      rest satisfies Decided;
      return [kind, model];
    }
    case 'tier': {
      const { kind, tier, model, ...rest } = policy;
      rest satisfies Decided;
      return [kind, tier, model];
    }
    case 'auto': {
      const { kind, models, assignments, ...rest } = policy;
      rest satisfies Decided;
      return [kind, models, assignments.map(({ experiment, arm }) => [experiment, arm])];
    }
  }
}
