import type { GraphQLError } from 'graphql';
import { type Operation, selectsOnRoot } from '../operation.ts';
import { requestError } from '../request-errors.ts';

const INTROSPECTION_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type']);

/** Refuses to describe the schema. `__typename` is no introspection: clients need it for every union. */
export function refuseIntrospection(operation: Operation): GraphQLError | null {
  if (!selectsOnRoot(operation, INTROSPECTION_FIELDS)) return null;
  return requestError('INTROSPECTION_DISABLED', 'Introspection is switched off on this server.', {
    status: 400,
    spec: true,
  });
}
