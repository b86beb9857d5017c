import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createDocumentCache } from '../../../src/server/document-cache.ts';

const KIB = 1024;

describe('the document cache', () => {
  it('keeps a document under its text', () => {
    const cache = createDocumentCache<DocumentNode>({ maxBytes: 256 * KIB });
    const document = parse('{ a }');
    cache.set('{ a }', document);
    expect(cache.get('{ a }')).toBe(document);
    expect(cache.get('{ b }')).toBeUndefined();
  });

  it('drops the least recently used when its bytes are used up', () => {
    const cache = createDocumentCache<DocumentNode>({ maxBytes: 256 * KIB });
    const texts = Array.from({ length: 200 }, (_, index) => `{ a${index} }`);
    for (const text of texts) {
      cache.set(text, parse(text));
      cache.get('{ a0 }');
    }
    expect(cache.get('{ a0 }')).toBeDefined();
    expect(cache.get('{ a1 }')).toBeUndefined();
    expect(cache.get('{ a199 }')).toBeDefined();
  });

  it('does not keep a document with a long prompt in it', () => {
    const cache = createDocumentCache<DocumentNode>({ maxBytes: 256 * KIB });
    const text = `{ generate(prompt: "${'x'.repeat(10 * KIB)}") }`;
    cache.set(text, parse(text));
    expect(cache.get(text)).toBeUndefined();
  });

  it('keeps few of ten thousand documents that differ in their prompts', () => {
    const cache = createDocumentCache<DocumentNode>({ maxBytes: 256 * KIB });
    const texts = Array.from({ length: 10_000 }, (_, index) => `{ a(p: "${index}") }`);
    for (const text of texts) cache.set(text, parse(text));
    const kept = texts.filter((text) => cache.get(text) !== undefined);
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.length).toBeLessThan(100);
  });

  it('keeps syntax errors, as far as they are short', () => {
    const cache = createDocumentCache<GraphQLError>({ maxBytes: 64 * KIB });
    const error = new GraphQLError('Syntax Error');
    cache.set('{', error);
    expect(cache.get('{')).toBe(error);
    const long = '{'.repeat(10 * KIB);
    cache.set(long, error);
    expect(cache.get(long)).toBeUndefined();
  });
});
