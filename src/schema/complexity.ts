import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';

/** What a field that may call a model counts. */
export const GENERATE_COMPLEXITY = 100;
/** What a field that counts tokens, looks up and routes, but calls no model, counts: long prompts keep a process busy. */
export const PREVIEW_COMPLEXITY = 100;
const PLAIN_COMPLEXITY = 1;

type Variables = { readonly [name: string]: unknown };
type Measure = { readonly complexity: number; readonly depth: number };

/**
 * What an operation may cost, known before any of it runs: the sum of its fields, of which each counts what
 * its `extensions.complexity` says, else 1. Each alias counts, and so does each spread of a fragment; what
 * `@skip` and `@include` leave out does not. It is an upper bound: selections that merge count twice.
 *
 * `document` has passed validation. `variables` are as the caller sent them. 0 when `document` has no such
 * operation, which the execution then refuses.
 */
export function operationComplexity(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | null | undefined,
  schema: GraphQLSchema,
): number {
  return measureOperation(document, operationName, variables, schema).complexity;
}

/**
 * How deeply the fields of an operation are nested; a field of a root type alone is 1 deep. Introspection
 * does not count: the validation of graphql-js bounds it by a rule of its own. Otherwise as
 * `operationComplexity`.
 */
export function operationDepth(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | null | undefined,
  schema: GraphQLSchema,
): number {
  return measureOperation(document, operationName, variables, schema).depth;
}

function measureOperation(
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables | null | undefined,
  schema: GraphQLSchema,
): Measure {
  const operation = getOperationAST(document, operationName);
  if (operation == null) return NOTHING;
  const scope: Scope = {
    schema,
    variables: { ...defaultsOf(operation), ...variables },
    fragments: fragmentsOf(document),
    measured: new Map(),
  };
  return measureAll(scope, operation.selectionSet, schema.getRootType(operation.operation));
}

const NOTHING: Measure = { complexity: 0, depth: 0 };

type Scope = {
  readonly schema: GraphQLSchema;
  readonly variables: Variables;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Each fragment is measured once, or a short document could keep the server busy for hours. */
  readonly measured: Map<string, Measure>;
};

function measureAll(
  scope: Scope,
  { selections }: SelectionSetNode,
  parent: GraphQLNamedType | undefined | null,
): Measure {
  return selections
    .filter((selection) => !isLeftOut(selection, scope.variables))
    .map((selection) => measure(scope, selection, parent))
    .reduce(
      (sum, one) => ({
        complexity: sum.complexity + one.complexity,
        depth: Math.max(sum.depth, one.depth),
      }),
      NOTHING,
    );
}

function measure(
  scope: Scope,
  selection: SelectionNode,
  parent: GraphQLNamedType | undefined | null,
): Measure {
  switch (selection.kind) {
    case Kind.FIELD:
      return measureField(scope, selection, fieldOf(parent, selection.name.value));
    case Kind.INLINE_FRAGMENT: {
      const condition = selection.typeCondition?.name.value;
      const type = condition === undefined ? parent : scope.schema.getType(condition);
      return measureAll(scope, selection.selectionSet, type);
    }
    case Kind.FRAGMENT_SPREAD:
      return measureFragment(scope, selection.name.value);
  }
}

function measureField(
  scope: Scope,
  node: FieldNode,
  field: GraphQLField<unknown, unknown> | undefined,
): Measure {
  const within =
    node.selectionSet === undefined
      ? NOTHING
      : measureAll(scope, node.selectionSet, field && getNamedType(field.type));
  const own = field?.extensions['complexity'];
  return {
    complexity: (typeof own === 'number' ? own : PLAIN_COMPLEXITY) + within.complexity,
    depth: node.name.value.startsWith('__') ? 0 : 1 + within.depth,
  };
}

function measureFragment(scope: Scope, name: string): Measure {
  const known = scope.measured.get(name);
  const fragment = scope.fragments.get(name);
  if (known !== undefined || fragment === undefined) return known ?? NOTHING;
  const type = scope.schema.getType(fragment.typeCondition.name.value);
  const measured = measureAll(scope, fragment.selectionSet, type);
  scope.measured.set(name, measured);
  return measured;
}

function fieldOf(parent: GraphQLNamedType | undefined | null, name: string) {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function isLeftOut(selection: SelectionNode, variables: Variables): boolean {
  return (
    conditionOf(selection, 'skip', variables) === true ||
    conditionOf(selection, 'include', variables) === false
  );
}

function conditionOf(selection: SelectionNode, name: string, variables: Variables): unknown {
  const directive = selection.directives?.find((node) => node.name.value === name);
  const condition = directive?.arguments?.find((argument) => argument.name.value === 'if');
  return condition && valueFromASTUntyped(condition.value, { ...variables });
}

function defaultsOf(operation: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    (operation.variableDefinitions ?? [])
      .filter(({ defaultValue }) => defaultValue !== undefined)
      .map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue && valueFromASTUntyped(defaultValue),
      ]),
  );
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}
