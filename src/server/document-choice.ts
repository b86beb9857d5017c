import type { Principal } from '../tenancy/principal.ts';
import { requestError } from './request-errors.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** Where clients write which document is to run. What stands there may be anything. */
export type DocumentRequest = {
  readonly query?: unknown;
  /** As the draft on persisted documents of GraphQL over HTTP has it. */
  readonly documentId?: unknown;
  /** `documentId` for clients that send no field of their own, or Apollo's `persistedQuery.sha256Hash`. */
  readonly extensions?: unknown;
};

/**
 * The text of the document that a client wants to run; null when it says none. Every transport asks before anything is
 * parsed. A request with a text is about that text, whatever id stands beside it.
 *
 * Throws GraphQLError, which says nothing of the schema, when the principal may not run that text
 * (DOCUMENT_NOT_TRUSTED), or nothing goes by that id (DOCUMENT_NOT_FOUND).
 */
export type ChooseDocument = (request: DocumentRequest, principal: Principal) => string | null;

/**
 * @param options.documents null: there are none, and any text may run
 * @param options.only whether others than operators may run these alone
 */
export function createDocumentChoice(options: {
  documents: TrustedDocuments | null;
  only: boolean;
}): ChooseDocument {
  const { documents, only } = options;

  function mayRun(text: string, { operator }: Principal): boolean {
    return documents === null || !only || operator || documents.includes(text);
  }

  return (request, principal) => {
    // graphql-ws takes no message without a text, so that clients send an empty one beside an id.
    const text = nonEmpty(request.query);
    if (text !== null) {
      if (mayRun(text, principal)) return text;
      throw notTrusted();
    }
    const id = idIn(request);
    if (id === null) return null;
    const found = documents?.textOf(id) ?? null;
    if (found === null) throw notFound();
    return found;
  };
}

function idIn({ documentId, extensions }: DocumentRequest): string | null {
  const { documentId: extended, persistedQuery } = fieldsOf(extensions);
  return (
    nonEmpty(documentId) ?? nonEmpty(extended) ?? nonEmpty(fieldsOf(persistedQuery)['sha256Hash'])
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function nonEmpty(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function notTrusted() {
  return requestError(
    'DOCUMENT_NOT_TRUSTED',
    'This server runs only documents that its operator has listed: send the id of one as documentId.',
    { status: 400, spec: true },
  );
}

function notFound() {
  return requestError(
    'DOCUMENT_NOT_FOUND',
    'No document goes by this id here: its operator has to list it first.',
    { status: 400, spec: true },
  );
}
