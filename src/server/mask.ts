import type { GraphQLError } from 'graphql';
import { maskError } from '../schema/map-errors.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Whatever was thrown on the way of an operation, as its caller may see it. */
export type Mask = (thrown: unknown) => GraphQLError;

/** Masks, and logs what nobody foresaw: the log alone hears what it was. */
export function createMask(logger: Logger): Mask {
  return (thrown) => {
    const { error, unforeseen } = maskError(thrown);
    if (unforeseen === null) return error;
    logger.error({ error: unforeseen, path: error.path?.join('.') }, 'operation failed');
    // For yoga, which answers 500 when there is no data beside it, and keeps this to itself.
    error.extensions['unexpected'] = true;
    return error;
  };
}
