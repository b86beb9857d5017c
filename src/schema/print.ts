import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  printSchema,
  visit,
} from 'graphql';
import { needsOperator, operatorDirective } from './operator.ts';

/**
 * The schema as SDL, the root types first, where a reader begins. Unlike the printer of graphql-js it also
 * says which fields carry `@operator`.
 */
export function printSchemaText(schema: GraphQLSchema): string {
  const document = visit(parse(printSchema(schema)), {
    ObjectTypeDefinition: (node) => withOperatorDirectives(node, schema),
  });
  const definitions = document.definitions.toSorted((a, b) => rankOf(a) - rankOf(b));
  return `${print({ ...document, definitions })}\n`;
}

const ROOT_TYPES = ['Query', 'Mutation', 'Subscription'];

function rankOf(definition: DefinitionNode): number {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) return 0;
  const isRoot =
    definition.kind === Kind.OBJECT_TYPE_DEFINITION && ROOT_TYPES.includes(definition.name.value);
  return isRoot ? 1 : 2;
}

const OPERATOR: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: operatorDirective.name },
};

function withOperatorDirectives(
  node: ObjectTypeDefinitionNode,
  schema: GraphQLSchema,
): ObjectTypeDefinitionNode | undefined {
  const type = schema.getType(node.name.value);
  if (!isObjectType(type)) return undefined;
  const declared = type.getFields();
  const fields = (node.fields ?? []).map((fieldNode) => {
    const field = declared[fieldNode.name.value];
    const marked = field !== undefined && needsOperator(field);
    return marked ? { ...fieldNode, directives: [OPERATOR] } : fieldNode;
  });
  return { ...node, fields };
}
