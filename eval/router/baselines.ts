import { complexityOf } from '../../src/router/complexity.ts';
import { plainRequest } from '../cache/plain-request.ts';
import type { Outcome } from './outcomes.ts';

/** What routes without having learned anything; a higher score goes to the large model first. */
export const BASELINES = {
  random: () => 0,
  length: ({ prompt }) => prompt.length,
  twelvePhrases: ({ prompt }) => byTwelvePhrases(prompt),
  complexity: ({ prompt }) => LEVELS.indexOf(complexityOf(plainRequest(prompt)).complexity),
  /** Knows what nobody can know before: what each model will make of the prompt. */
  oracle: ({ small, large }) => large - small,
} as const satisfies Readonly<Record<string, (outcome: Outcome) => number>>;

const LEVELS = ['SIMPLE', 'MEDIUM', 'COMPLEX'];

const COMPLEX_PHRASES = [
  'compare',
  'comparison',
  'vs',
  'versus',
  'difference between',
  'which is better',
  'pros and cons',
  'advantages disadvantages',
  'multiple',
  'several',
  'various',
  'different',
];

/**
 * The rule of the system that this gateway follows (`model_router.py` of dominicdesy/intelia-expert): COMPLEX, 2, with
 * any of twelve phrases, also inside words; SIMPLE, 0, a short question; else MEDIUM, 1.
 */
function byTwelvePhrases(prompt: string): 0 | 1 | 2 {
  const text = prompt.toLowerCase();
  if (COMPLEX_PHRASES.some((phrase) => text.includes(phrase))) return 2;
  const words = text.split(/\s+/).filter(Boolean).length;
  const asks = ['?', 'what', 'how much'].some((mark) => text.includes(mark));
  return words <= 10 && asks ? 0 : 1;
}
