import { failureFields, GatewayError } from '../domain/errors.ts';
import { NOTHING_USED } from './accounts.ts';
import type { GenerationFailure } from './generation.ts';

/** A failure with nothing to show for it: refused before it began, or lost with its record. */
export function failureWithoutGeneration(error: GatewayError): GenerationFailure {
  return { ...failureFields(error), partialText: '', usage: NOTHING_USED, generation: null };
}

export function unknownGeneration(): GatewayError {
  return new GatewayError('NOT_FOUND', 'There is no generation with this id, or no more.');
}
