import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { EXAMPLE_QUERY, EXAMPLE_SUBSCRIPTION, HEADERS_TO_FILL_IN } from './graphiql-examples.ts';

/** Brotli's default takes twenty seconds for this page; this quality takes less than one. */
const BROTLI_QUALITY = 5;

const COMPRESSORS = {
  br: (page: Buffer) =>
    promisify(brotliCompress)(page, {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
  gzip: (page: Buffer) => promisify(gzip)(page),
};
type Encoding = keyof typeof COMPRESSORS;

/** How requests of the page say who calls: not at all, by what is typed as headers, or as the browser was told. */
export type PageCredentials = 'NONE' | 'TYPED' | 'BROWSER';

type Page = { readonly html: Buffer<ArrayBuffer>; readonly etag: string; readonly policy: string };

/**
 * Answers with GraphiQL as one page of nine megabytes that loads nothing from elsewhere. The page is made by
 * the first request, and compressed once by the first that wants it so; a browser that has it already
 * is told so by its ETag.
 */
export function createGraphiql(options: {
  endpoint: string;
  credentials: PageCredentials;
}): (request: Request) => Promise<Response> {
  const page = once(() => renderPage(options));
  const compressed = {
    br: once(async () => COMPRESSORS.br((await page()).html)),
    gzip: once(async () => COMPRESSORS.gzip((await page()).html)),
  };

  return async (request) => {
    const { html, etag, policy } = await page();
    const headers = {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-cache',
      ETag: etag,
      Vary: 'Accept, Accept-Encoding',
    };
    if (request.headers.get('if-none-match')?.includes(etag)) {
      return new Response(null, { status: 304, headers });
    }
    const encoding = encodingFor(request);
    if (encoding === null) return new Response(html, { headers });
    const body = await compressed[encoding]();
    return new Response(body, { headers: { ...headers, 'Content-Encoding': encoding } });
  };
}

/** Whether a browser asks for a page, and not a client for a result. */
export function wantsGraphiql(request: Request): boolean {
  const accepted = request.headers.get('accept') ?? '';
  return request.method === 'GET' && accepted.includes('text/html');
}

async function renderPage(options: {
  endpoint: string;
  credentials: PageCredentials;
}): Promise<Page> {
  const { endpoint, credentials } = options;
  // Imported here, because nine megabytes of JavaScript would slow every start.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({
    title: 'Sluice',
    endpoint,
    // The page opens its sockets without the headers that were typed, and not every browser sends its own.
    subscriptionsProtocol: credentials === 'NONE' ? 'WS' : 'SSE',
    // By itself it asks for a stream by GET, which may not generate.
    method: 'POST',
    // The key that is typed is forgotten with the page.
    shouldPersistHeaders: false,
    ...(credentials === 'TYPED' && { headers: HEADERS_TO_FILL_IN }),
    defaultTabs: [{ query: EXAMPLE_QUERY }, { query: EXAMPLE_SUBSCRIPTION }],
  });
  return {
    html: Buffer.from(html),
    etag: `W/"${digest(html).slice(0, 27)}"`,
    policy: contentSecurityPolicy(html),
  };
}

/** The page runs its own script and its workers, and talks to this server. */
function contentSecurityPolicy(html: string): string {
  const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(
    ([, script = '']) => `'sha256-${digest(script)}'`,
  );
  return [
    "default-src 'none'",
    `script-src ${scripts.join(' ')}`,
    "style-src 'unsafe-inline'",
    'worker-src blob:',
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function encodingFor(request: Request): Encoding | null {
  const accepted = request.headers.get('accept-encoding') ?? '';
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : null;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
