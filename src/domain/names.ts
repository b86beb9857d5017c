const NAME = /^[^\p{Cc}]{1,128}$/u;

const NAMESPACE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const NAMESPACE_DEMAND =
  'must be 1 to 128 letters, digits, dots, underscores or hyphens, the first a letter or digit';

/**
 * Whether a text may name a tenant or a user. Half of a surrogate pair may not stand in it: in UTF-8 all of
 * them are the same bytes, and two tenants would be one.
 */
export function isName(text: string): boolean {
  return NAME.test(text) && text.isWellFormed();
}

export const NAME_DEMAND = 'must be 1 to 128 characters, none of them a control character';

export function isNamespace(text: string): boolean {
  return NAMESPACE.test(text);
}
