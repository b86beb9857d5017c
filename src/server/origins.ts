import { isLoopback } from '../domain/loopback.ts';

/** What the headers of a request say of where it comes from; null for one that is missing. */
export type Provenance = {
  readonly origin: string | null;
  readonly host: string | null;
  /** `Sec-Fetch-Site`, by which a browser tells of images and links, too, that a page of another origin asks. */
  readonly fetchSite: string | null;
};

/** Which pages in a browser may call the server. */
export type Origins = {
  /**
   * Whether the request may be answered. One without an origin may, unless a browser says that another site's page
   * makes it; so may one from the server's own pages, whether or not a proxy ended its TLS.
   */
  allow(from: Provenance): boolean;
  /** The headers of CORS for an allowed origin; none for a page of the server itself. */
  headersFor(origin: string | null): Readonly<Record<string, string>>;
};

/**
 * @param options.listed origins as browsers send them, such as `https://app.example.com`, or `*` for any.
 *   Credentials (cookies) are never allowed: the server knows none.
 * @param options.thisMachineOnly whoever is on this machine may call, without a key: then only a loopback name is the
 *   server's. Any other name that leads there was given to it by somebody else, whose page could be read by it as its
 *   own (DNS rebinding).
 *
 * yoga's own CORS is not used: it takes an empty list for "any", answers `*` by repeating the caller's
 * origin, and an origin that is not listed by `null`, which sandboxed pages send as theirs.
 */
export function createOrigins(options: {
  listed: readonly string[];
  thisMachineOnly: boolean;
}): Origins {
  const any = options.listed.includes('*');
  const origins: ReadonlySet<string> = new Set(options.listed);

  function isNamedAsOwn(host: string | null): boolean {
    const name = URL.parse(`http://${host ?? 'localhost'}`)?.hostname;
    return name !== undefined && (!options.thisMachineOnly || isLoopback(name));
  }

  function isOwn(origin: string, host: string | null): boolean {
    return URL.parse(origin)?.host === host;
  }

  return {
    allow({ origin, host, fetchSite }) {
      if (any || (origin !== null && origins.has(origin))) return true;
      if (!isNamedAsOwn(host)) return false;
      if (origin === null) return fetchSite === null || OWN_SITES.has(fetchSite);
      return isOwn(origin, host);
    },
    headersFor(origin) {
      if (any) return { 'Access-Control-Allow-Origin': '*' };
      if (origins.size === 0) return {};
      if (origin === null || !origins.has(origin)) return { Vary: 'Origin' };
      return { 'Access-Control-Allow-Origin': origin, Vary: 'Origin' };
    },
  };
}

/** Of https://www.w3.org/TR/fetch-metadata; `none` is an address that was typed. */
const OWN_SITES: ReadonlySet<string> = new Set(['same-origin', 'none']);

/** Answers the preflight that a browser sends before a cross-origin request. */
export function answerPreflight(request: Request, origins: Origins): Response {
  const requested = request.headers.get('access-control-request-headers');
  return new Response(null, {
    status: 204,
    headers: {
      ...origins.headersFor(request.headers.get('origin')),
      'Access-Control-Allow-Methods': 'GET, POST',
      ...(requested === null ? {} : { 'Access-Control-Allow-Headers': requested }),
      'Access-Control-Max-Age': PREFLIGHT_SECONDS,
    },
  });
}

/** Chromium's upper bound. */
const PREFLIGHT_SECONDS = '7200';
