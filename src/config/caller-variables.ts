import { onOff, text, webUrl } from './parsers.ts';
import { optional, variable } from './variable.ts';

/** Who may call, and with which documents. */
export const callerVariables = {
  API_KEYS_FILE: optional(
    text,
    'no keys',
    'JSON file of the keys that callers show: [Who may call](security.md#who-may-call). Read again when it changes.',
  ),
  ALLOW_OPEN: variable(
    onOff,
    'false',
    'Let everyone call who reaches HOST, where there are no keys and HOST is more than this machine.',
  ),
  JWT_JWKS_URL: optional(
    webUrl,
    'no tokens',
    'Where the keys are that sign the JSON Web Tokens of callers (JWKS). Needs JWT_ISSUER and JWT_AUDIENCE.',
  ),
  JWT_ISSUER: optional(text, 'none', 'What `iss` of a token must be.'),
  JWT_AUDIENCE: optional(text, 'none', 'What `aud` of a token must hold.'),
  JWT_TENANT_CLAIM: variable(text, 'tenant', 'Claim of a token that names its tenant.'),
  JWT_OPERATOR_CLAIM: optional(
    text,
    'no token is an operator',
    'Claim that makes the bearer an operator when it is `true`.',
  ),
  TRUSTED_DOCUMENTS_FILE: optional(
    text,
    'any document',
    'JSON object of the documents that clients may run, by id: [Trusted documents](security.md#trusted-documents).',
  ),
  TRUSTED_DOCUMENTS_ONLY: variable(
    onOff,
    'true',
    'Refuse documents outside TRUSTED_DOCUMENTS_FILE, but for operators.',
  ),
};
