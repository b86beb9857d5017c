import { operationDepth } from '../../schema/complexity.ts';
import type { Policy } from '../policy.ts';
import { requestError } from '../request-errors.ts';

/** Refuses operations whose fields are nested more than `maximum` deep. */
export function limitDepth(maximum: number): Policy {
  return ({ document, definition, variables, schema }) => {
    const depth = operationDepth(document, definition.name?.value, variables, schema);
    if (depth <= maximum) return null;
    return requestError(
      'OPERATION_TOO_DEEP',
      `The operation is nested ${depth} deep where at most ${maximum} is allowed.`,
      { status: 400, spec: true },
    );
  };
}
