import type {
  CacheControl,
  GenerationRequest,
  Message,
  ResponseFormat,
  RoutingWish,
} from '../domain/request.ts';
import type { ExperimentAssignment, ModelPolicy } from '../router/port.ts';
import { digest, type JsonArray } from './digest.ts';
import type { CacheQuestion } from './port.ts';

/** Raised when what goes into a partition, or into the canonical prompt, changes its meaning. */
const FORMAT = 3;

/** Nothing is left: a value of this type has no known field. */
type Decided = { readonly [field: string]: never };

/**
 * The digest of all that must be equal before two prompts are compared at all: whose they are, what may
 * answer them, and everything beside the last user text that shapes an answer. No answer crosses from one
 * partition to another.
 *
 * Each input is taken apart down to its last field. A field that is added to one of them makes `rest`
 * non-empty, and this file does not compile until someone decides: what belongs in the key goes into the
 * array, what does not gets an underscore before its name. The test of this file adds one to each.
 */
export function partitionOf(question: CacheQuestion): string {
  const { tenant, request, policy, glossaryVersion, ...rest } = question;
  rest satisfies Decided;
  return digest([FORMAT, tenant, glossaryVersion, policyParts(policy), requestParts(request)]);
}

function requestParts(request: GenerationRequest): JsonArray {
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

function messageParts({ role, content, ...rest }: Message): JsonArray {
  rest satisfies Decided;
  return [role, content];
}

function formatParts(format: ResponseFormat): JsonArray {
  if (format.kind === 'JSON_SCHEMA') {
    const { kind, jsonSchema, ...rest } = format;
    rest satisfies Decided;
    return [kind, jsonSchema];
  }
  const { kind, ...rest } = format;
  rest satisfies Decided;
  return [kind];
}

function policyParts(policy: ModelPolicy): JsonArray {
  switch (policy.kind) {
    case 'pinned': {
      const { kind, model, ...rest } = policy;
      rest satisfies Decided;
      return [kind, model];
    }
    case 'tier': {
      const { kind, tier, models, ...rest } = policy;
      rest satisfies Decided;
      return [kind, tier, models];
    }
    case 'auto': {
      const { kind, models, assignments, ...rest } = policy;
      rest satisfies Decided;
      return [kind, models, assignments.map(assignmentParts)];
    }
  }
}

/** Answers of an arm serve all who are in it, and a new run of the experiment as well. */
function assignmentParts(assignment: ExperimentAssignment): JsonArray {
  const { experiment, arm, run: _run, cell: _cell, ...rest } = assignment;
  rest satisfies Decided;
  return [experiment, arm];
}
