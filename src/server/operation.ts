import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/** How an operation came. Server-sent events come by GET or POST. */
export type OperationMethod = 'GET' | 'POST' | 'WEBSOCKET';

/** A valid operation that is about to run, whichever transport brought it. */
export type Operation = {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  /** The one of the document's operations that would run. */
  readonly definition: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly method: OperationMethod;
};

/** The definition that `operationName` chooses; null when it chooses none, or not one alone. */
export function chooseDefinition(
  document: DocumentNode,
  operationName: string | null | undefined,
): OperationDefinitionNode | null {
  return getOperationAST(document, operationName) ?? null;
}

/** Whether the operation selects one of `fields` on its root: under any alias, and through fragments too. */
export function selectsOnRoot(operation: Operation, fields: ReadonlySet<string>): boolean {
  const spread = new Set<string>();

  function selects({ selections }: SelectionSetNode): boolean {
    return selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return fields.has(selection.name.value);
      if (selection.kind === Kind.INLINE_FRAGMENT) return selects(selection.selectionSet);
      return spreadSelects(selection.name.value);
    });
  }

  function spreadSelects(name: string): boolean {
    if (spread.has(name)) return false;
    spread.add(name);
    const fragment = operation.document.definitions.find(
      (definition): definition is FragmentDefinitionNode =>
        definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
    );
    return fragment !== undefined && selects(fragment.selectionSet);
  }

  return selects(operation.definition.selectionSet);
}
