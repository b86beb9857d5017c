import { readFile } from 'node:fs/promises';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { createEngine } from './engine.ts';
import { belies, type TrustedDocuments, trustDocuments } from './trusted-documents.ts';

type Document = readonly [id: string, text: string];

const FORM = 'must be a JSON object of documents by their ids, or a manifest of Apollo';

const text = z.string({ error: 'must be a text' });

/** As graphql-codegen's client preset and Relay's compiler write it. */
const textsById = z
  .record(z.string(), text, { error: FORM })
  .transform((texts): readonly Document[] => Object.entries(texts));

/** As Apollo's generate-persisted-query-manifest writes it. */
const apolloManifest = z
  .object({
    format: z.literal('apollo-persisted-query-manifest', {
      error: 'must be apollo-persisted-query-manifest',
    }),
    version: z.literal(1, { error: 'must be 1' }),
    operations: z.array(
      z.object({ id: text, body: text }, { error: 'must be an object with id and body' }),
    ),
  })
  .transform(({ operations }) => operations.map(({ id, body }): Document => [id, body]));

/**
 * Reads the documents that clients may run, and makes sure that each can: it has no more tokens than are taken, parses,
 * and is valid for `schema`.
 *
 * @throws ConfigError that lists all that is wrong with the file
 */
export async function loadTrustedDocuments(
  file: string,
  schema: GraphQLSchema,
): Promise<TrustedDocuments> {
  const documents = documentsIn(await readJson(file));
  const problems = [
    ...idProblems(documents),
    ...documents.flatMap((document) => textProblems(document, schema)),
  ];
  if (problems.length > 0) throw configError(problems);
  return trustDocuments(new Map(documents));
}

async function readJson(file: string): Promise<unknown> {
  const content = await readFile(file, 'utf8').catch(({ message }: Error) => {
    throw configError([`cannot be read: ${message}`]);
  });
  try {
    return JSON.parse(content);
  } catch {
    throw configError(['is no JSON']);
  }
}

function documentsIn(json: unknown): readonly Document[] {
  const { success, data, error } = (isManifest(json) ? apolloManifest : textsById).safeParse(json);
  if (success) return data;
  throw configError(error.issues.map(({ path, message }) => [...path, message].join(' ')));
}

/** Under an id there is a text, and no list. */
function isManifest(json: unknown): boolean {
  return (
    typeof json === 'object' &&
    json !== null &&
    'operations' in json &&
    Array.isArray(json.operations)
  );
}

function idProblems(documents: readonly Document[]): string[] {
  if (documents.length === 0) return ['has no document: nothing could run'];
  const texts = new Map<string, string>();
  return documents.flatMap(([id, text]) => {
    const other = texts.get(id) ?? text;
    texts.set(id, text);
    if (id.trim() === '') return ['has a document without an id'];
    if (other !== text) return [`has two documents with the id ${id}`];
    return belies(id, text) ? [`document ${id} has another SHA-256 than its id says`] : [];
  });
}

/** An operator may be told what else the schema has. */
const engine = createEngine({ suggestions: true });

function textProblems([id, text]: Document, schema: GraphQLSchema): string[] {
  return errorsIn(text, schema).map(({ message, locations }) => {
    const [{ line, column } = { line: 1, column: 1 }] = locations ?? [];
    return `document ${id}, line ${line}, column ${column}: ${message}`;
  });
}

function errorsIn(text: string, schema: GraphQLSchema): readonly GraphQLError[] {
  try {
    return engine.validate(schema, engine.parse(text));
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function configError(problems: readonly string[]): ConfigError {
  return new ConfigError(problems.map((problem) => `TRUSTED_DOCUMENTS_FILE ${problem}`));
}
