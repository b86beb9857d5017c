import { operationComplexity } from '../../schema/complexity.ts';
import type { Policy } from '../policy.ts';
import { requestError } from '../request-errors.ts';

/** Refuses operations that may cost more than `maximum`, as the schema counts it: every alias counts. */
export function limitComplexity(maximum: number): Policy {
  return ({ document, definition, variables, schema }) => {
    const complexity = operationComplexity(document, definition.name?.value, variables, schema);
    if (complexity <= maximum) return null;
    return requestError(
      'OPERATION_TOO_COMPLEX',
      `The operation counts ${complexity} where at most ${maximum} is allowed: select fewer fields, or send several operations.`,
      { status: 400, spec: true },
    );
  };
}
