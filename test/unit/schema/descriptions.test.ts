import {
  type GraphQLArgument,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';

type Described = { readonly name: string; readonly description?: string | null | undefined };

describe('descriptions', () => {
  it('stand on every type, field, argument, input field, enum value and directive', () => {
    const schema = createSchema();
    const types = Object.values(schema.getTypeMap()).filter(
      (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
    );
    const places = [
      ...types.flatMap(placesOf),
      ...schema.getDirectives().map((directive) => ['@', directive] as const),
    ];

    const bare = places
      .filter(([, { description }]) => (description ?? '').trim() === '')
      .map(([path, { name }]) => `${path}${name}`);

    expect(places.length).toBeGreaterThan(300);
    expect(bare).toEqual([]);
  });
});

function placesOf(type: GraphQLNamedType): (readonly [path: string, place: Described])[] {
  const own = ['', type] as const;
  if (isEnumType(type)) return [own, ...under(type.name, type.getValues())];
  if (isInputObjectType(type)) return [own, ...under(type.name, Object.values(type.getFields()))];
  if (!isObjectType(type) && !isInterfaceType(type)) return [own];
  const fields = Object.values(type.getFields());
  return [
    own,
    ...under(type.name, fields),
    ...fields.flatMap((field) => under<GraphQLArgument>(`${type.name}.${field.name}`, field.args)),
  ];
}

function under<Place extends Described>(path: string, places: readonly Place[]) {
  return places.map((place) => [`${path}.`, place] as const);
}
