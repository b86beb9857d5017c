/** Two tenants and an operator, for tests of what one of them may know of another. */
export const ACME = 'key-of-acme-0123456789';
export const GLOBEX = 'key-of-globex-0123456789';
export const OPERATOR = 'key-of-the-operator-0123456789';

export const NEIGHBOURS_KEYS = {
  keys: [
    { tenant: 'acme', key: ACME },
    { tenant: 'globex', key: GLOBEX },
    { tenant: 'ops', key: OPERATOR, operator: true },
  ],
};
