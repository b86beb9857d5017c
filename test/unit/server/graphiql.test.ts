import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createSchema } from '../../../src/schema/index.ts';
import { createGraphiql } from '../../../src/server/graphiql.ts';
import { EXAMPLE_QUERY, EXAMPLE_SUBSCRIPTION } from '../../../src/server/graphiql-examples.ts';

const graphiql = createGraphiql({ endpoint: '/graphql', credentials: 'NONE' });

describe('the page of GraphiQL', () => {
  it.each<[encoding: string, decompress: (body: Uint8Array) => Buffer]>([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('is the same compressed by %s', async (encoding, decompress) => {
    const plain = await bytesOf(await graphiql(ask({})));
    const response = await graphiql(ask({ 'accept-encoding': `identity, ${encoding}` }));
    expect(response.headers.get('content-encoding')).toBe(encoding);
    const packed = await bytesOf(response);
    expect(packed.byteLength).toBeLessThan(plain.byteLength / 3);
    expect(decompress(packed).equals(plain)).toBe(true);
  });

  it('is not sent again to a browser that has it', async () => {
    const etag = (await graphiql(ask({}))).headers.get('etag') ?? '';
    const response = await graphiql(ask({ 'if-none-match': etag }));
    expect(response.status).toBe(304);
    expect(response.body).toBeNull();
  });

  it('may run the one script that is in it, and no other', async () => {
    const response = await graphiql(ask({}));
    const policy = response.headers.get('content-security-policy') ?? '';
    const [, script = ''] = /<script>(.*)<\/script>/s.exec(await response.text()) ?? [];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(policy).toContain(`script-src 'sha256-${hash}';`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|unsafe-eval|\*/);
  });
});

describe('the examples of GraphiQL', () => {
  it.each([EXAMPLE_QUERY, EXAMPLE_SUBSCRIPTION])('are valid: %#', (example) => {
    expect(validate(createSchema(), parse(example))).toEqual([]);
  });
});

function ask(headers: Record<string, string>): Request {
  return new Request('http://gateway/graphql', { headers });
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}
