import type { LateSignal, RoutedDecision, RoutedOutcome } from '../../src/router/outcomes/port.ts';

/** A decision of a coin for the small model, except for what `changes` says. */
export function sampleDecision(changes: Partial<RoutedDecision> = {}): RoutedDecision {
  return {
    features: null,
    encoder: null,
    pair: { small: 'small-model', large: 'large-model' },
    tier: 'SMALL',
    propensity: 0.5,
    chosenBy: 'exploration',
    complexity: null,
    expectedGain: 0.1,
    familiarity: 0.5,
    gainModel: 'v1',
    ...changes,
  };
}

/** A whole answer of the small model, explored, except for what `changes` says. */
export function sampleOutcome(changes: Partial<RoutedOutcome> = {}): RoutedOutcome {
  const tier = changes.tier ?? 'SMALL';
  return {
    ...sampleDecision(),
    kind: 'outcome',
    generationId: crypto.randomUUID(),
    at: Date.UTC(2026, 10, 24, 12),
    tenant: 'acme',
    namespace: 'default',
    unit: 'somebody',
    sketch: null,
    model: tier === 'SMALL' ? 'small-model' : 'large-model',
    answeredBy: tier,
    inputTokens: 100,
    outputTokens: 20,
    costUsd: 0.25,
    firstTokenMs: 40,
    totalMs: 2_000,
    status: 'FINISHED',
    failure: null,
    signals: [],
    prompt: null,
    ...changes,
  };
}

/** A good word for an answer, except for what `changes` says. */
export function sampleLateSignal(
  generationId: string,
  changes: Partial<LateSignal> = {},
): LateSignal {
  const at = Date.UTC(2026, 10, 24, 12, 1);
  return { kind: 'rating', generationId, tenant: 'acme', at, verdict: 'GOOD', ...changes };
}
