import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import { createSchema } from '../../../src/schema/index.ts';
import { loadTrustedDocuments } from '../../../src/server/documents-file.ts';
import type { TrustedDocuments } from '../../../src/server/trusted-documents.ts';

const HEALTH = 'query Health { health { status } }';
const VERSION = 'query Version { health { version } }';

const schema = createSchema();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-documents-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a file of trusted documents', () => {
  it.each([
    ['graphql-codegen and Relay write it', { first: HEALTH, second: VERSION }],
    [
      'Apollo writes it',
      {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [
          { id: 'first', name: 'Health', type: 'query', body: HEALTH },
          { id: 'second', name: 'Version', type: 'query', body: VERSION },
        ],
      },
    ],
  ])('is read as %s', async (_how, content) => {
    const documents = await load(content);
    expect(documents.textOf('first')).toBe(HEALTH);
    expect(documents.textOf('second')).toBe(VERSION);
    expect(documents.textOf('third')).toBeNull();
  });

  it('may have an id that is the hash of another way to print its document', async () => {
    const id = sha256('query Health{health{status}}');
    const documents = await load({ [id]: HEALTH });
    expect(documents.textOf(id)).toBe(HEALTH);
    expect(documents.textOf(`sha256:${id}`)).toBe(HEALTH);
  });
});

describe('what is wrong with a file of trusted documents', () => {
  it.each<[what: string, content: unknown, problem: string | RegExp]>([
    ['its text', '{ health', 'is no JSON'],
    ['its form', ['query'], /^must be a JSON object of documents by their ids/],
    ['its values', { first: 7 }, 'first must be a text'],
    ['its emptiness', {}, /^has no document/],
    ['a missing id', { ' ': HEALTH }, 'has a document without an id'],
    [
      'an id that is taken',
      manifest([
        { id: 'first', body: HEALTH },
        { id: 'first', body: VERSION },
      ]),
      'has two documents with the id first',
    ],
    [
      'an id that says to be a hash, and is of another text',
      { [`sha256:${sha256(VERSION)}`]: HEALTH },
      /^document sha256:\w{64} has another SHA-256 than its id says$/,
    ],
    [
      'an operation without a body',
      manifest([{ id: 'first' }]),
      'operations 0 body must be a text',
    ],
    ['another version', { ...manifest([]), version: 2 }, 'version must be 1'],
    [
      'a syntax error',
      { first: 'query {\n  health { status }' },
      'document first, line 2, column 20: Syntax Error: Expected Name, found <EOF>.',
    ],
    [
      'a field that is not there',
      { first: '{ healthy { status } }' },
      'document first, line 1, column 3: Cannot query field "healthy" on type "Query". Did you mean "health"?',
    ],
    ['a document of no operation', { first: 'type Query { a: ID }' }, /not executable/],
    ['too many tokens', { first: `{ ${'a '.repeat(2_500)} }` }, /more that 2500 tokens/],
  ])('is told: %s', async (_what, content, problem) => {
    const message = expect.stringMatching(problem);
    expect(await problemsOf(content)).toEqual([message]);
  });

  it('is all told at once', async () => {
    const problems = await problemsOf({ '': HEALTH, first: '{', second: '{ a b }' });
    expect(problems).toHaveLength(4);
  });

  it('is told when it is not there', async () => {
    const file = join(folder, 'nowhere.json');
    await expect(loadTrustedDocuments(file, schema)).rejects.toThrow(
      /TRUSTED_DOCUMENTS_FILE cannot be read: ENOENT.*nowhere\.json/,
    );
  });
});

/** Without the name of the variable, which stands before each of them. */
async function problemsOf(content: unknown): Promise<string[]> {
  const error = await load(content).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConfigError)) throw error;
  return error.problems.map((problem) => {
    expect(problem).toMatch(/^TRUSTED_DOCUMENTS_FILE /);
    return problem.replace('TRUSTED_DOCUMENTS_FILE ', '');
  });
}

async function load(content: unknown): Promise<TrustedDocuments> {
  const file = join(folder, 'documents.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadTrustedDocuments(file, schema);
}

function manifest(operations: readonly object[]) {
  return { format: 'apollo-persisted-query-manifest', version: 1, operations };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
