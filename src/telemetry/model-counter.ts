import { type HistogramState, latencyHistogram } from './histogram.ts';
import { addKnown } from './known.ts';
import type { ModelSummary, RequestRecord } from './statistics.ts';

/** What one model was asked, and how it answered. A part of a bucket. */
export type ModelCounter = {
  /** Counts a request that this model answered, or was the last to fail. */
  add(request: RequestRecord): void;
  /** Counts a request that another model took over after this one had failed. */
  addFallback(): void;
  /** Counts a verdict on an answer that it wrote. */
  rate(isGood: boolean): void;
  merge(other: ModelState): void;
  state(): ModelState;
  summary(): ModelSummary;
};

/** Plain JSON. */
export type ModelState = Omit<ModelSummary, 'firstToken' | 'total'> & {
  readonly firstToken: HistogramState;
  readonly total: HistogramState;
};

/**
 * Latencies count toward the model that was asked last, as its caller saw them; the tokens and the cost of
 * a request do as well, those of a failed attempt before it included. `total` counts finished answers
 * only: an early failure would make a model look fast.
 */
export function modelCounter(model: string): ModelCounter {
  let requests = 0;
  let failures = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  let costUsd: number | null = null;
  let ratings = 0;
  let goodRatings = 0;
  const firstToken = latencyHistogram();
  const total = latencyHistogram();

  function numbers() {
    const asked = { model, requests, failures, inputTokens, outputTokens, costUsd };
    return { ...asked, ratings, goodRatings };
  }

  return {
    add(request) {
      requests += 1;
      if (failedUpstream(request)) failures += 1;
      inputTokens += request.inputTokens;
      outputTokens += request.outputTokens;
      costUsd = addKnown(costUsd, request.costUsd);
      if (request.firstTokenMs !== null) firstToken.record(request.firstTokenMs);
      if (request.status === 'FINISHED') total.record(request.totalMs);
    },
    addFallback() {
      requests += 1;
      failures += 1;
    },
    rate(isGood) {
      ratings += 1;
      if (isGood) goodRatings += 1;
    },
    merge(other) {
      requests += other.requests;
      failures += other.failures;
      inputTokens += other.inputTokens;
      outputTokens += other.outputTokens;
      costUsd = addKnown(costUsd, other.costUsd);
      ratings += other.ratings;
      goodRatings += other.goodRatings;
      firstToken.merge(other.firstToken);
      total.merge(other.total);
    },
    state: () => ({ ...numbers(), firstToken: firstToken.state(), total: total.state() }),
    summary: () => ({ ...numbers(), firstToken: firstToken.summary(), total: total.summary() }),
  };
}

/** What fails within the gateway, or because it shuts down, is not the model's failure. */
export function failedUpstream(request: RequestRecord): boolean {
  return request.status === 'FAILED' && request.failure?.startsWith('UPSTREAM_') === true;
}
