import {
  DirectiveLocation,
  defaultFieldResolver,
  GraphQLDirective,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { GraphContext } from './context.ts';
import { forbidden } from './errors.ts';

export const operatorDirective = new GraphQLDirective({
  name: 'operator',
  description: "Needs an operator's key.",
  locations: [DirectiveLocation.FIELD_DEFINITION],
});

/** The `extensions` of a field that carries `@operator`. */
export const operatorOnly = { operator: true } as const;

export function needsOperator(field: GraphQLField<unknown, unknown>): boolean {
  return field.extensions['operator'] === true;
}

/**
 * Makes every field that carries `@operator` fail with FORBIDDEN for callers who are no operators, before
 * its resolver or subscriber runs. The mark that is printed is the mark that is enforced, so that no field
 * can have the one without the other. Changes `schema`, which must not be in use yet.
 */
export function guardOperatorFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    for (const field of Object.values(type.getFields()).filter(needsOperator)) {
      field.resolve = guarded(field.resolve ?? defaultFieldResolver);
      if (field.subscribe !== undefined) field.subscribe = guarded(field.subscribe);
    }
  }
}

function guarded(
  resolve: GraphQLFieldResolver<unknown, GraphContext>,
): GraphQLFieldResolver<unknown, GraphContext> {
  return (source, args, context, info) => {
    if (!context.principal.operator) throw forbidden(info.fieldName);
    return resolve(source, args, context, info);
  };
}
