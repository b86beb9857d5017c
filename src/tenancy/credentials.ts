/**
 * The key or token that is shown in `Authorization`: what follows `Bearer` (RFC 6750), or the password of `Basic`
 * (RFC 7617), which is what a browser asks for; whose name stands before it does not matter. Schemes in any case
 * (RFC 9110, section 11.1). Null when there is none.
 */
export function secretIn(authorization: string | null): string | null {
  const [, scheme = '', shown = ''] = /^([a-z]+) +(\S+) *$/i.exec(authorization ?? '') ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return shown;
    case 'basic':
      return passwordIn(Buffer.from(shown, 'base64').toString());
    default:
      return null;
  }
}

function passwordIn(userAndPassword: string): string | null {
  const colon = userAndPassword.indexOf(':');
  return colon === -1 ? null : userAndPassword.slice(colon + 1);
}
