import { type Authentication, AuthenticationUnavailable } from '../tenancy/authentication.ts';

/** RFC 7617. Browsers ask for a name and a password then: the password is the key. */
const CHALLENGE = 'Basic realm="Sluice", charset="UTF-8"';

/** The page, shown to those alone whose key is good; others are asked for one. */
export function behindKey(
  authentication: Authentication,
  page: (request: Request) => Promise<Response>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const authorization = request.headers.get('authorization');
    try {
      const session = await authentication.authenticate({ authorization });
      return session === null ? keyAsked() : page(request);
    } catch (error) {
      if (!(error instanceof AuthenticationUnavailable)) throw error;
      return plain(error.message, 503);
    }
  };
}

function keyAsked(): Response {
  return plain('A key is needed: give it as the password; any name will do.', 401, {
    'WWW-Authenticate': CHALLENGE,
  });
}

function plain(text: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(text, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
  });
}
