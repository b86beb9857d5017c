import { getIntrospectionQuery, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { operationComplexity, operationDepth } from '../../../src/schema/complexity.ts';
import { createSchema } from '../../../src/schema/index.ts';

const schema = createSchema();
const generate = 'generate(input: { prompt: "Hi" }) { __typename }';

describe('the complexity of an operation', () => {
  it.each<[label: string, source: string, complexity: number]>([
    ['a field', '{ __typename }', 1],
    ['fields within fields', '{ health { status dependencies { name } } }', 4],
    ['generate', `{ ${generate} }`, 101],
    ['generate as a mutation', `mutation { ${generate} }`, 101],
    [
      'startGeneration',
      'mutation { startGeneration(input: { prompt: "Hi" }) { __typename } }',
      101,
    ],
    ['generateStream', 'subscription { generateStream(input: { prompt: "Hi" }) { seq } }', 101],
    ['preview', '{ preview(input: { prompt: "Hi" }) { inputTokens } }', 101],
    ['resumeStream', 'subscription { resumeStream(generationId: "1") { seq } }', 2],
    ['two aliases', `{ a: ${generate} b: ${generate} }`, 202],
    ['an inline fragment', `{ ... on Query { ${generate} } }`, 101],
    ['an inline fragment without a type', `{ ... { ${generate} } }`, 101],
    ['a fragment', `{ ...F } fragment F on Query { ${generate} }`, 101],
    [
      'fragments within fragments',
      `{ ...F } ${fragment('F', '...G')} ${fragment('G', generate)}`,
      101,
    ],
    [
      'each spread of a fragment',
      `{ ...F x: health { version } ...F } ${fragment('F', generate)}`,
      204,
    ],
    [
      'fragments of a union',
      `{ generate(input: { prompt: "Hi" }) {
      ... on Generation { text model } ... on GenerationFailure { code }
    } }`,
      103,
    ],
    ['what is skipped', `{ ${skipped('true')} health { version } }`, 2],
    ['what is not skipped', `{ ${skipped('false')} }`, 101],
    ['what is not included', `{ ... @include(if: false) { ${generate} } health { version } }`, 2],
    [
      'a fragment that is not included',
      `{ ...F @include(if: false) health { version } } ${fragment('F', generate)}`,
      2,
    ],
  ])('counts %s', (_label, source, complexity) => {
    expect(complexityOf(source)).toBe(complexity);
  });

  it('counts a hundred aliases of generate before one of them runs', () => {
    const aliases = Array.from({ length: 100 }, (_, index) => `a${index}: ${generate}`);

    expect(complexityOf(`{ ${aliases.join(' ')} }`)).toBe(10_100);
  });

  it.each<[variables: Record<string, unknown> | null, complexity: number]>([
    [{ skip: true }, 0],
    [{ skip: false }, 101],
    [{}, 0],
    [null, 0],
    [{ skip: 'true' }, 101],
  ])('follows the variables of @skip, and their defaults: %j', (variables, complexity) => {
    const source = `query ($skip: Boolean! = true) { ${skipped('$skip')} }`;

    expect(complexityOf(source, variables)).toBe(complexity);
  });

  it('counts the operation that is named', () => {
    const source = `query Cheap { health { version } } query Dear { ${generate} }`;

    expect(complexityOf(source, {}, 'Cheap')).toBe(2);
    expect(complexityOf(source, {}, 'Dear')).toBe(101);
  });

  it('is zero when it is not known which operation is meant, for then none runs', () => {
    const source = `query Cheap { health { version } } query Dear { ${generate} }`;

    expect(complexityOf(source)).toBe(0);
    expect(complexityOf(source, {}, 'Other')).toBe(0);
  });

  it('is told at once for fragments that double with each step', () => {
    const steps = Array.from({ length: 50 }, (_, step) =>
      fragment(`F${step}`, `...F${step + 1} ...F${step + 1}`),
    );
    const source = `{ ...F0 } ${steps.join(' ')} ${fragment('F50', generate)}`;

    expect(complexityOf(source)).toBe(101 * 2 ** 50);
  });
});

describe('the depth of an operation', () => {
  it.each<[label: string, source: string, depth: number]>([
    ['nothing but introspection', getIntrospectionQuery(), 0],
    ['a root field with leaves', '{ health { status } }', 2],
    ['the deepest branch', '{ health { status dependencies { name } } x: health { status } }', 3],
    [
      'fields, not fragments',
      `{ ...F } fragment F on Query { health { ... { ...G } } }
      fragment G on Health { dependencies { name } }`,
      3,
    ],
    [
      'types that lead to each other',
      `{ generate(input: { prompt: "Hi" }) { ... on Generation {
      failure { generation { failure { generation { id } } } } } } }`,
      6,
    ],
    ['not what is skipped', '{ health { status dependencies @skip(if: true) { name } } }', 2],
  ])('counts %s', (_label, source, depth) => {
    expect(operationDepth(parse(source), null, {}, schema)).toBe(depth);
  });

  it('can leave introspection to graphql-js, which bounds it in validation', () => {
    const deep = `{ __schema { types { ${'fields { type { '.repeat(5)} name ${'} }'.repeat(5)} } } }`;

    expect(specifiedRules.map(({ name }) => name)).toContain('MaxIntrospectionDepthRule');
    expect(validate(schema, parse(deep))).not.toEqual([]);
  });
});

function complexityOf(
  source: string,
  variables: Record<string, unknown> | null = {},
  operationName: string | null = null,
): number {
  return operationComplexity(parse(source), operationName, variables, schema);
}

function fragment(name: string, selections: string): string {
  return `fragment ${name} on Query { ${selections} }`;
}

function skipped(condition: string): string {
  return `generate(input: { prompt: "Hi" }) @skip(if: ${condition}) { __typename }`;
}
