import { z } from 'zod';
import type { FailureCode } from '../../domain/errors.ts';
import type { EncodedFeatures } from '../gain/stored-features.ts';
import type { LateSignal, OutcomeEntry, RoutedOutcome } from './port.ts';

const name = z.string();
const count = z.number().min(0);
const tier = z.enum(['SMALL', 'LARGE']);

const outcome: z.ZodType<RoutedOutcome> = z.object({
  kind: z.literal('outcome'),
  generationId: name,
  at: z.number(),
  tenant: name,
  namespace: name,
  unit: name.nullable(),
  sketch: z.object({ words: z.array(count), numbers: count }).nullable(),
  // Who decodes them looks at each of them.
  features: z.custom<EncodedFeatures>((value) => typeof value === 'object').nullable(),
  encoder: name.nullable(),
  pair: z.object({ small: name, large: name }),
  tier,
  propensity: z.number().gt(0).max(1),
  chosenBy: z.enum(['complexity', 'ratio', 'gain', 'exploration', 'experiment']),
  complexity: z.enum(['SIMPLE', 'MEDIUM', 'COMPLEX']).nullable(),
  expectedGain: z.number().nullable(),
  familiarity: z.number().nullable(),
  gainModel: name.nullable(),
  model: name,
  answeredBy: tier.nullable(),
  inputTokens: count,
  outputTokens: count,
  costUsd: z.number().nullable(),
  firstTokenMs: z.number().nullable(),
  totalMs: z.number(),
  status: z.enum(['FINISHED', 'FAILED', 'CANCELLED']),
  // A later version may know others.
  failure: z.custom<FailureCode>((value) => typeof value === 'string').nullable(),
  signals: z.array(z.enum(['TRUNCATED', 'REFUSED', 'INVALID_JSON', 'EMPTY', 'FAILED'])),
  prompt: z.string().nullable(),
});

const rating: z.ZodType<LateSignal> = z.object({
  kind: z.literal('rating'),
  generationId: name,
  tenant: name,
  at: z.number(),
  verdict: z.enum(['GOOD', 'BAD']),
});

const entry = z.union([outcome, rating]);

/** An entry as it was stored; null for what another version wrote, or nobody of ours. */
export function toEntry(stored: unknown): OutcomeEntry | null {
  return entry.safeParse(stored).data ?? null;
}
