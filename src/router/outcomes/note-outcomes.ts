import type { PromptVectors } from '../../cache/semantic/semantic-cache.ts';
import type { GenerationRequest } from '../../domain/request.ts';
import type { Principal } from '../../tenancy/principal.ts';
import { promptFeatures } from '../gain/prompt-features.ts';
import { encodeFeatures } from '../gain/stored-features.ts';
import type { TierChoice } from '../tier-choice.ts';
import type { OutcomeLog, RoutedDecision } from './port.ts';
import { createOutcomeRecorder, type OutcomeRecorder } from './recorder.ts';

/** What takes down how routed requests went. None of it throws, or keeps a request waiting. */
export type OutcomeNotes = {
  readonly onRouted: NoteRouted;
  readonly onAnswered: OutcomeRecorder['answered'];
  readonly onEnded: OutcomeRecorder['ended'];
  readonly onRated: OutcomeRecorder['rated'];
  readonly erase: OutcomeLog['erase'];
};

/** Hears that a tier was chosen for a request, before a model is asked. */
export type NoteRouted = (
  generationId: string,
  request: GenerationRequest,
  caller: Pick<Principal, 'tenant' | 'user'>,
  choice: TierChoice,
) => void;

export const NO_NOTES: OutcomeNotes = {
  onRouted() {},
  onAnswered() {},
  onEnded() {},
  onRated() {},
  async erase() {},
};

/**
 * Notes what was chosen and what came of it, for the outcome log. Where no gain model has looked at a prompt its features
 * are made here, beside the request: what is learned from is the same whatever has decided.
 *
 * @param options.vectors null without an encoder
 */
export function createOutcomeNotes(options: {
  log: OutcomeLog;
  key: string;
  keepPrompts: boolean;
  pair: RoutedDecision['pair'];
  vectors: PromptVectors | null;
}): OutcomeNotes {
  const { log, pair, vectors } = options;
  const recorder = createOutcomeRecorder(options);

  async function decisionOf(
    tenant: string,
    prompt: string,
    choice: TierChoice,
  ): Promise<RoutedDecision> {
    const { tier, propensity, chosenBy, complexity, expected } = choice;
    const features = expected?.features ?? (await featuresOf(tenant, prompt));
    return {
      ...{ pair, tier, propensity, chosenBy, complexity },
      features: encodeFeatures(features),
      encoder: features.vector === null ? null : (vectors?.encoder ?? null),
      expectedGain: expected?.gain ?? null,
      familiarity: expected?.familiarity ?? null,
      gainModel: expected?.model ?? null,
    };
  }

  async function featuresOf(tenant: string, prompt: string) {
    const vector = (await vectors?.of(tenant, prompt).catch(() => null)) ?? null;
    return promptFeatures(prompt, vector);
  }

  return {
    onRouted(generationId, { prompt, routing }, { tenant, user }, choice) {
      const asker = routing.stickyKey ?? user;
      recorder.routed(generationId, {
        prompt,
        asker,
        decision: decisionOf(tenant, prompt, choice),
      });
    },
    onAnswered: recorder.answered,
    onEnded: recorder.ended,
    onRated: recorder.rated,
    erase: (scope) => log.erase(scope),
  };
}
