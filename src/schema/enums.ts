import type { CacheRefusalKind } from '../cache/decision.ts';
import type { FailureCode } from '../domain/errors.ts';
import type { ModelTier } from '../domain/request.ts';
import type { Complexity } from '../router/port.ts';
import type { StatsWindow } from '../telemetry/statistics.ts';
import type { Builder } from './builder.ts';
import { described } from './described.ts';

export type SharedEnums = ReturnType<typeof addSharedEnums>;

/** Adds the enums that more than one concept speaks of. */
export function addSharedEnums(builder: Builder) {
  return {
    Complexity: builder.enumType('Complexity', {
      description: 'How hard a prompt looks to the router.',
      values: described<Complexity>({
        SIMPLE: 'The small model answers it as well as the large one.',
        MEDIUM: 'Either model may do; the A/B ratio decides.',
        COMPLEX: 'The large model is expected to answer it clearly better.',
      }),
    }),
    FailureCode: builder.enumType('FailureCode', {
      description: 'Every way in which a generation can fail.',
      values: described<FailureCode>(FAILURE_CODES),
    }),
    ModelTier: builder.enumType('ModelTier', {
      description: 'Which of the two configured models.',
      values: described<ModelTier>({
        SMALL: 'The small model: cheaper and faster.',
        LARGE: 'The large model: better at hard prompts.',
      }),
    }),
    StatsWindow: builder.enumType('StatsWindow', {
      description: 'How far back statistics reach.',
      values: described<StatsWindow>({
        MINUTE: 'The running minute and the one before it.',
        HOUR: 'The running minute and the 59 before it.',
        DAY: 'The running hour (UTC) and the 23 before it.',
        ALL: 'Since the gateway started; with Redis since ever, over all processes.',
      }),
    }),
    CacheRefusalKind: builder.enumType('CacheRefusalKind', {
      description: 'What kept a stored answer from being reused.',
      values: described<CacheRefusalKind>(CACHE_REFUSAL_KINDS),
    }),
  };
}

const FAILURE_CODES: Record<FailureCode, string> = {
  UPSTREAM_UNAVAILABLE: 'No model could be reached, or it answered with a server error.',
  UPSTREAM_TIMEOUT: 'The model took too long to begin, to go on, or to end.',
  UPSTREAM_RATE_LIMITED: 'The model provider takes no more requests for now.',
  UPSTREAM_REJECTED: 'The model provider refused the request as it stands.',
  UPSTREAM_PROTOCOL: 'The model provider answered in a way that could not be understood.',
  RATE_LIMITED:
    'The caller sent more than its limits allow, or the gateway has as much at work as it may.',
  BUDGET_EXCEEDED: "The caller's budget is used up.",
  PROMPT_TOO_LONG:
    'The prompt has more tokens than are allowed, or than any model takes that may answer.',
  MODEL_UNKNOWN:
    'The gateway does not serve the model that was asked for, or none that takes such a request.',
  NOT_CACHED: 'ONLY_IF_CACHED was asked for, and no stored answer could be used.',
  NOT_FOUND: 'There is no such generation, or its log is no longer kept.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used before with another input.',
  CANCELLED: 'The generation was ended on request.',
  SHUTTING_DOWN: 'The gateway is stopping; another instance may take the request.',
  INTERNAL: 'The gateway failed in a way that nobody foresaw.',
};

const CACHE_REFUSAL_KINDS: Record<CacheRefusalKind, string> = {
  NUMBER: 'A number differs.',
  UNIT: 'A unit of measure differs.',
  IDENTIFIER: 'A name of code, a version or a like identifier differs.',
  ENTITY: 'A person, place, product or other name differs.',
  NEGATION: 'One prompt negates what the other states.',
  ANTONYM: 'A word stands against its opposite.',
  ORDER: 'The same words stand in an order that changes the meaning.',
  QUESTION: 'Another thing is asked about the same subject.',
  FORMAT: 'Another form of answer is asked for.',
  LANGUAGE: 'The language differs.',
  MODIFIER: 'A word that narrows or widens the question differs.',
  TENSE: 'The time that is spoken of differs.',
  CONTEXT: 'The prompt leans on something outside of itself.',
  FRESHNESS: 'The entry is too old for this request.',
  LOW_CONFIDENCE: 'The answer is not certain enough to be right for the tolerated error rate.',
  REPORTED_DIFFERENT: 'The two prompts were reported to need different answers.',
  OTHER: 'A reason that is not listed here.',
};
