import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createDocumentChoice, type DocumentRequest } from '../../../src/server/document-choice.ts';
import { trustDocuments } from '../../../src/server/trusted-documents.ts';
import { caller, operator } from '../../support/fake-services.ts';

const LISTED = 'query Listed { health { status } }';
const OTHER = '{ health { version } }';
const hash = createHash('sha256').update(LISTED).digest('hex');

const documents = trustDocuments(new Map([['listed', LISTED]]));
const strict = createDocumentChoice({ documents, only: true });
const lenient = createDocumentChoice({ documents, only: false });
const none = createDocumentChoice({ documents: null, only: true });

const persistedQuery = (sha256Hash: unknown) => ({ persistedQuery: { version: 1, sha256Hash } });

describe('the document that a request means', () => {
  it.each<[how: string, request: DocumentRequest]>([
    ['its id', { documentId: 'listed' }],
    ['its id beside an empty text', { query: '', documentId: 'listed' }],
    ['its id among the extensions', { query: '', extensions: { documentId: 'listed' } }],
    ['the SHA-256 of its text', { documentId: `sha256:${hash}` }],
    ['the same without saying so', { documentId: hash }],
    ['Apollo’s way to say so', { extensions: persistedQuery(hash) }],
    ['Apollo’s way to say its id', { extensions: persistedQuery('listed') }],
    ['its text', { query: LISTED }],
    ['its text, and an id that is unknown', { query: LISTED, documentId: 'unknown' }],
  ])('is found by %s', (_how, request) => {
    expect(strict(request, caller)).toBe(LISTED);
    expect(lenient(request, caller)).toBe(LISTED);
  });

  it.each<[what: string, request: DocumentRequest]>([
    ['an id', { documentId: 'unlisted' }],
    ['an id that every object has', { documentId: 'constructor' }],
    ['an id in other letters', { documentId: 'Listed' }],
    ['a hash', { extensions: persistedQuery('0'.repeat(64)) }],
  ])('is not found by %s that is unknown', (_what, request) => {
    for (const choose of [strict, lenient, none]) {
      for (const principal of [caller, operator]) {
        expect(() => choose(request, principal)).toThrow(
          expect.objectContaining({
            extensions: expect.objectContaining({ code: 'DOCUMENT_NOT_FOUND' }),
          }),
        );
      }
    }
  });

  it.each<[what: string, request: DocumentRequest]>([
    ['nothing', {}],
    ['an empty text', { query: '' }],
    [
      'values that are no texts',
      { query: 7, documentId: ['listed'], extensions: { documentId: 1 } },
    ],
    ['extensions that are none', { extensions: 'listed' }],
    ['a persisted query that is none', { extensions: { persistedQuery: null } }],
    ['a hash that is none', { extensions: persistedQuery({}) }],
  ])('is none when a request says %s', (_what, request) => {
    expect(strict(request, caller)).toBeNull();
    expect(none(request, caller)).toBeNull();
  });
});

describe('a text that is not listed', () => {
  it.each([
    OTHER,
    `${LISTED}\n`,
    LISTED.replace(' { ', '{'),
    `#\n${LISTED}`,
  ])('runs where any may: %j', (query) => {
    expect(lenient({ query }, caller)).toBe(query);
    expect(none({ query }, caller)).toBe(query);
    expect(strict({ query }, operator)).toBe(query);
    expect(codeOf(() => strict({ query }, caller))).toBe('DOCUMENT_NOT_TRUSTED');
    expect(codeOf(() => strict({ query, documentId: 'listed' }, caller))).toBe(
      'DOCUMENT_NOT_TRUSTED',
    );
  });
});

function codeOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    if (error instanceof GraphQLError) return error.extensions['code'];
    throw error;
  }
  return null;
}
