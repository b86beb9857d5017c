import { readFile } from 'node:fs/promises';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type DocumentNode, Kind, parse, type StringValueNode, visit } from 'graphql';
import { describe, expect, it } from 'vitest';
import { schemaFile } from '../../src/schema/print-file.ts';

const contract = await readFile(new URL('contract.graphql', import.meta.url), 'utf8');
const offered = await readFile(schemaFile, 'utf8');

describe('schema.graphql beside the contract', () => {
  it('changes nothing that clients may lean on', async () => {
    expect(await harmfulChanges(contract, offered)).toEqual([]);
  });

  it('keeps every description word for word', () => {
    const offeredDescriptions = descriptionsOf(parse(offered));
    const kept = descriptionsOf(parse(contract));

    expect(kept.size).toBeGreaterThan(50);
    for (const [place, description] of kept) {
      expect([place, offeredDescriptions.get(place)]).toEqual([place, description]);
    }
  });

  it('marks the same fields with @operator, and of its own only those that were added', () => {
    const marked = operatorFieldsOf(parse(contract));

    expect(marked).toHaveLength(5);
    expect(operatorFieldsOf(parse(offered))).toEqual(
      ['Mutation.changeExperiment', 'Mutation.eraseData', ...marked].toSorted(),
    );
  });

  it.each([
    ['a field', /^ {2}hitRate: Float$/m, '  hitShare: Float'],
    ['a promise of no null', /^ {2}status: HealthStatus!$/m, '  status: HealthStatus'],
    ['a default', /intervalMs: Int! = 1000/, 'intervalMs: Int! = 2000'],
    ['a field left out of an input', /^ {2}seed: Int$/m, '  seed: Int!'],
    ['an enum value', /^ {2}JOINED$/m, '  MERGED'],
    ['a use of @operator', /Rollout @operator/, 'Rollout'],
  ])('could not lose this unnoticed: %s', async (_what, line, replacement) => {
    const changed = offered.replace(line, replacement);

    expect(changed).not.toBe(offered);
    expect(await harmfulChanges(contract, changed)).not.toEqual([]);
  });
});

/** Whatever a client could notice, but for what was added; descriptions are compared apart. */
async function harmfulChanges(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(
      ({ criticality, type }) =>
        criticality.level !== CriticalityLevel.NonBreaking ||
        !(type.endsWith('_ADDED') || type.endsWith('_DESCRIPTION_CHANGED')),
    )
    .map(({ message }) => message);
}

/** From the place of each description, such as `Query.generate`, to its text. */
function descriptionsOf(document: DocumentNode): ReadonlyMap<string, string> {
  const descriptions = new Map<string, string>();
  visitNamed(document, (path, { description }) => {
    if (description !== undefined) descriptions.set(path, description.value);
  });
  return descriptions;
}

function operatorFieldsOf(document: DocumentNode): string[] {
  const fields: string[] = [];
  visitNamed(document, (path, { directives }) => {
    if (directives?.some(({ name }) => name.value === 'operator')) fields.push(path);
  });
  return fields.toSorted();
}

type NamedNode = {
  readonly description?: StringValueNode | undefined;
  readonly directives?: readonly { readonly name: { readonly value: string } }[] | undefined;
};

function visitNamed(document: DocumentNode, see: (path: string, node: NamedNode) => void): void {
  const path: string[] = [];
  visit(document, {
    enter(node) {
      if (!('name' in node) || node.name === undefined || node.kind === Kind.NAMED_TYPE) return;
      path.push(node.name.value);
      see(path.join('.'), node as NamedNode);
    },
    leave(node) {
      if ('name' in node && node.name !== undefined && node.kind !== Kind.NAMED_TYPE) path.pop();
    },
  });
}
