import { createHmac } from 'node:crypto';
import type { AnswerVerdict } from '../../domain/verdict.ts';
import type { RequestRecord } from '../../telemetry/statistics.ts';
import { type AnswerSignal, answerSignals, type EndedAnswer } from './answer-signals.ts';
import type { OutcomeLog, RoutedDecision, RoutedOutcome } from './port.ts';
import { sketchOf } from './prompt-sketch.ts';

/** A request as it was routed: what is known of it only then. */
export type RoutedRequest = {
  /** The last user turn. Held until the request has ended. */
  readonly prompt: string;
  /** `routing.stickyKey` of the request, else the user of its principal; null when there is neither. */
  readonly asker: string | null;
  /** May come later than the answer, as when the prompt is still being encoded; when it rejects nothing is logged. */
  readonly decision: RoutedDecision | Promise<RoutedDecision>;
};

/** Puts together what is known of a routed request at different times, and logs it when it has ended. */
export type OutcomeRecorder = {
  /** When it is decided who is asked. */
  routed(generationId: string, request: RoutedRequest): void;
  /** When the model has ended, before `ended`. The text is looked at and not kept. */
  answered(generationId: string, answer: EndedAnswer): void;
  /** When the request has ended, however. Logs nothing unless it was routed here and a model was asked for it. */
  ended(record: RequestRecord, generationId: string): void;
  /** When its answer was rated, for the first time. */
  rated(rating: {
    readonly generationId: string;
    readonly tenant: string;
    readonly at: number;
    readonly verdict: AnswerVerdict;
  }): void;
};

/** More than are under way at a time; those that another process ends stay until as many have come after. */
const MOST_UNDER_WAY = 10_000;

/** What is longer is not kept, however much the operator wants prompts: its features are. */
const LONGEST_PROMPT = 32_000;

/**
 * It keeps nobody waiting: each call takes well under a millisecond. What another process ends, because this one was lost, is
 * not logged: only this one knows how it was routed.
 *
 * @param options.key nobody else knows it; processes that share a log share the key, so that a question that is asked
 *   again at another one is recognised
 * @param options.keepPrompts whether the texts of prompts are logged as well
 */
export function createOutcomeRecorder(options: {
  log: Pick<OutcomeLog, 'append'>;
  key: string;
  keepPrompts: boolean;
}): OutcomeRecorder {
  const { log, key, keepPrompts } = options;
  const underWay = new Map<string, RoutedRequest & { signals: readonly AnswerSignal[] | null }>();

  return {
    routed(generationId, request) {
      underWay.set(generationId, { ...request, signals: null });
      if (underWay.size <= MOST_UNDER_WAY) return;
      const [oldest] = underWay.keys();
      if (oldest !== undefined) underWay.delete(oldest);
    },
    answered(generationId, answer) {
      const request = underWay.get(generationId);
      if (request !== undefined) request.signals = answerSignals(answer);
    },
    ended(record, generationId) {
      const request = underWay.get(generationId);
      underWay.delete(generationId);
      // Who joined the run of another request says nothing that this one does not say.
      if (request === undefined || record.model === null || record.cacheOutcome === 'JOINED')
        return;
      const { prompt, asker, decision, signals } = request;
      const known = {
        ...endOf(record, record.model, signals),
        unit: asker === null ? null : unitOf(record.tenant, asker, key),
        sketch: sketchOf(prompt, key),
        prompt: keepPrompts && prompt.length <= LONGEST_PROMPT ? prompt : null,
      };
      Promise.resolve(decision).then(
        (decided) => log.append({ kind: 'outcome', generationId, ...decided, ...known }),
        () => {},
      );
    },
    rated({ verdict, ...rating }) {
      // A wrong hit of the cache says nothing of the model that wrote the answer.
      if (verdict !== 'WRONG_CACHE_HIT') log.append({ kind: 'rating', ...rating, verdict });
    },
  };
}

type End = Omit<
  RoutedOutcome,
  'kind' | 'generationId' | 'unit' | 'sketch' | 'prompt' | keyof RoutedDecision
>;

function endOf(record: RequestRecord, model: string, signals: readonly AnswerSignal[] | null): End {
  const { at, tenant, namespace, status, failure } = record;
  const { inputTokens, outputTokens, costUsd, firstTokenMs, totalMs } = record;
  return {
    ...{ at, tenant, namespace, status, failure },
    ...{ inputTokens, outputTokens, costUsd, firstTokenMs, totalMs },
    model,
    answeredBy: record.tier,
    // A call that never came to its end has no answer that was looked at.
    signals: signals ?? (status === 'FAILED' ? ['FAILED'] : []),
  };
}

/** Who asks, the same in all processes, and nobody's name. */
function unitOf(tenant: string, asker: string, key: string): string {
  const digest = createHmac('sha256', key).update(JSON.stringify([tenant, asker]));
  return digest.digest('base64url').slice(0, 22);
}
