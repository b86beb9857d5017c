import type { GenerationRequest } from '../domain/request.ts';
import { isReadable } from './complexity-language.ts';
import { formalSignals, type Signal, wordSignals } from './complexity-signals.ts';
import { readPrompt } from './complexity-text.ts';
import type { Complexity } from './port.ts';

/** What of a request its complexity is read from. */
type ComplexityInput = Pick<GenerationRequest, 'prompt' | 'history' | 'responseFormat'>;

export type ComplexityReading = {
  readonly complexity: Complexity;
  /** Completes "The prompt …", such as "asks for one fact". */
  readonly reason: string;
  /** Names of the signals that were found, the weightiest first. */
  readonly signals: readonly string[];
};

/** Sums of weights. Between them a prompt is MEDIUM, and so is one without any signal. */
const COMPLEX_FROM = 3;
const SIMPLE_UP_TO = -2;

/** How many signals the reason tells of. */
const TOLD_SIGNALS = 3;

/**
 * How hard a prompt looks, by a rule: the weights of what is seen in it are added up. It knows nothing of the models, and
 * says nothing of which of them answers better; `docs/routing.md` has what it is worth.
 *
 * What callers may rely on:
 * - Letter case, repeated spaces and signs at the end change nothing. Nor does the system text: it is the same for all
 *   prompts of an application, and so tells none from the others.
 * - A prompt without a signal is MEDIUM, and so is one that is not English, unless code, formulas or a large JSON Schema
 *   make it COMPLEX. In a conversation, what refers to what was said before is not SIMPLE.
 * - It takes well under a millisecond, whatever the length: of a long prompt the two ends are looked at.
 */
export function complexityOf({
  prompt,
  history,
  responseFormat,
}: ComplexityInput): ComplexityReading {
  const text = readPrompt(prompt);
  const surroundings = {
    messages: history.length,
    schema: responseFormat.kind === 'JSON_SCHEMA' ? responseFormat.jsonSchema : null,
  };
  const readable = isReadable(text.words);
  const signals = [
    ...formalSignals(text, surroundings),
    ...(readable ? wordSignals(text, surroundings) : []),
  ].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const complexity = complexityFor(signals.reduce((sum, { weight }) => sum + weight, 0));
  return {
    complexity,
    reason: reasonFor(signals, readable),
    signals: signals.map(({ name }) => name),
  };
}

function complexityFor(sum: number): Complexity {
  if (sum >= COMPLEX_FROM) return 'COMPLEX';
  return sum <= SIMPLE_UP_TO ? 'SIMPLE' : 'MEDIUM';
}

function reasonFor(signals: readonly Signal[], readable: boolean): string {
  const phrases = signals.slice(0, TOLD_SIGNALS).map(({ phrase }) => phrase);
  if (phrases.length > 0) return new Intl.ListFormat('en').format(phrases);
  return readable ? 'has no clear sign of either' : 'has no English that the rule could read';
}
