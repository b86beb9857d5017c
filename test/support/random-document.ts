import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Dice } from './seeded-dice.ts';

/** Stands for the id of a generation that there is. */
export const KNOWN_ID = 'known-id';

const DEEPEST = 4;
const TEXTS = ['x', '', 'How warm?', '💥', KNOWN_ID, 'large-model', 'default'] as const;
const NUMBERS = ['0', '1', '-1', '7', '300', '2147483647', '2147483648', '0.5', '1e300'] as const;

/** A document of operations that a schema has, with values that fit and values that do not. */
export function randomDocument(schema: GraphQLSchema, dice: Dice): string {
  const kind = dice.weighted({ query: 5, mutation: 3, subscription: 3 });
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  }[kind];
  if (!root) throw new Error(`The schema has no ${kind}.`);
  const count = kind === 'subscription' ? 1 : 1 + dice.below(3);
  const fields = Array.from({ length: count }, (_, index) => {
    const alias = dice.chance(0.5) ? `field${index}: ` : '';
    return `${alias}${fieldOf(root, 0)}`;
  });
  return `${kind}${dice.chance(0.3) ? ' Named' : ''} { ${fields.join(' ')} }`;

  function fieldOf(type: GraphQLObjectType, depth: number): string {
    if (depth === 0 && kind === 'query' && dice.chance(0.05)) return '__schema { types { name } }';
    const field = dice.pickAny(Object.values(type.getFields()));
    return field === undefined ? '__typename' : callOf(field, depth);
  }

  function callOf(field: GraphQLField<unknown, unknown>, depth: number): string {
    const given = field.args.filter((arg) => isNonNullType(arg.type) || dice.chance(0.4));
    const args = given.map((arg) => `${arg.name}: ${argument(arg)}`);
    const written = args.length === 0 ? '' : `(${args.join(', ')})`;
    const skipped = dice.chance(0.05) ? ' @skip(if: false)' : '';
    return `${field.name}${written}${skipped}${selectionOf(field.type, depth + 1)}`;
  }

  function argument({ type }: GraphQLArgument): string {
    return dice.chance(0.1) ? dice.pick(NUMBERS) : inputValue(type, 0);
  }

  function selectionOf(output: GraphQLOutputType, depth: number): string {
    const type = getNamedType(output);
    if (isAbstractType(type)) {
      const parts = schema.getPossibleTypes(type).map((possible) => {
        return `... on ${possible.name}${selectionOf(possible, depth)}`;
      });
      return ` { __typename ${parts.filter(() => dice.chance(0.6)).join(' ')} }`;
    }
    if (!isObjectType(type)) return '';
    if (depth > DEEPEST) return ' { __typename }';
    const fields = Array.from({ length: 1 + dice.below(3) }, (_, index) => {
      return `f${depth}${index}: ${fieldOf(type, depth)}`;
    });
    return ` { ${fields.join(' ')} }`;
  }

  function inputValue(type: GraphQLInputType, depth: number): string {
    if (isNonNullType(type)) return dice.chance(0.02) ? 'null' : inputValue(type.ofType, depth);
    if (dice.chance(0.05)) return 'null';
    if (isListType(type)) {
      const items = Array.from({ length: dice.below(3) }, () => inputValue(type.ofType, depth + 1));
      return `[${items.join(', ')}]`;
    }
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth < DEEPEST && dice.chance(0.25)),
      );
      return `{ ${fields.map((field) => `${field.name}: ${inputValue(field.type, depth + 1)}`).join(', ')} }`;
    }
    if (isEnumType(type)) return dice.pickAny(type.getValues())?.name ?? 'NONE';
    return scalar(type.name);
  }

  function scalar(name: string): string {
    if (name === 'Boolean') return String(dice.chance(0.5));
    const texts = name === 'String' || name === 'ID';
    return texts !== dice.chance(0.05) ? JSON.stringify(dice.pick(TEXTS)) : dice.pick(NUMBERS);
  }
}
