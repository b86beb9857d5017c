import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hashOfKey } from '../../../src/tenancy/keys.ts';
import { parseKeysFile } from '../../../src/tenancy/keys-file.ts';
import { KeysFileError } from '../../../src/tenancy/keys-file-error.ts';
import { ALL_RIGHTS } from '../../../src/tenancy/principal.ts';

const KEY = 'hush-0123456789abcdef';
const OTHER = 'hush-fedcba9876543210';
const HASH = createHash('sha256').update(KEY).digest('hex');

const NO_LIMITS = {
  requestsPerMinute: null,
  tokensPerMinute: null,
  maxConcurrent: null,
  budget: null,
};

function parse(content: object) {
  return parseKeysFile(JSON.stringify(content));
}

/** Whom a file makes the bearer of KEY, which is its first one. */
function principalBy(entry: object, more: { keys?: object[]; tenants?: object[] } = {}) {
  const { keys = [], tenants = [] } = more;
  const first = { tenant: 'acme', key: KEY, ...entry };
  return parse({ keys: [first, ...keys], tenants }).principals.get(hashOfKey(KEY));
}

function problemsOf(content: unknown): readonly string[] {
  try {
    parseKeysFile(typeof content === 'string' ? content : JSON.stringify(content));
  } catch (error) {
    if (error instanceof KeysFileError) return error.problems;
    throw error;
  }
  return [];
}

describe('a file of keys', () => {
  it('tells for whom the bearer of a key calls, and no more than that needs to be said', () => {
    expect(principalBy({})).toEqual({
      tenant: 'acme',
      user: null,
      operator: false,
      rights: ALL_RIGHTS,
      limits: null,
    });
  });

  it('tells what he may ask for, and how much of it', () => {
    expect(
      principalBy({
        user: 'web',
        operator: true,
        requestsPerMinute: 60,
        tokensPerMinute: 100_000,
        maxConcurrent: 8,
        budgetUsd: 2.5,
        window: 'day',
        maxTier: 'small',
        models: ['llama'],
        namespaces: ['faq', 'docs'],
      }),
    ).toEqual({
      tenant: 'acme',
      user: 'web',
      operator: true,
      rights: { maxTier: 'SMALL', models: ['llama'], namespaces: ['faq', 'docs'] },
      limits: {
        requestsPerMinute: 60,
        tokensPerMinute: 100_000,
        maxConcurrent: 8,
        budget: { usd: 2.5, window: 'DAY' },
      },
    });
  });

  it.each([
    ['itself', { key: KEY }],
    ['its hash', { keyHash: HASH }],
    ['its hash, as other tools write it', { keyHash: `SHA256:${HASH.toUpperCase()}` }],
  ])('may hold a key as %s', (_how, held) => {
    const { principals } = parse({ keys: [{ tenant: 'acme', ...held }] });
    expect([...principals.keys()]).toEqual([hashOfKey(KEY)]);
  });

  it('counts a budget by the month unless it says otherwise', () => {
    expect(principalBy({ budgetUsd: 1 })?.limits?.budget).toEqual({ usd: 1, window: 'MONTH' });
    expect(principalBy({ budgetUsd: 1, window: 'Total' })?.limits?.budget?.window).toBe('TOTAL');
  });

  it('may begin with a byte order mark', () => {
    expect(parseKeysFile('\uFEFF{"keys":[]}').principals.size).toBe(0);
  });

  it('keeps no key', () => {
    expect(
      JSON.stringify([...parse({ keys: [{ tenant: 'a', key: KEY }] }).principals]),
    ).not.toContain('hush');
  });

  it('is warned of where a key can be guessed', () => {
    const { warnings } = parse({
      keys: [
        { tenant: 'acme', key: KEY },
        { tenant: 'acme', key: 'hush-0123456789' },
        { tenant: 'acme', key: 'hush-01234567890' },
      ],
    });
    expect(warnings).toEqual([expect.stringMatching(/^keys\[1\]\.key has fewer than 16 /)]);
  });
});

it('the file that docs/security.md shows is one, with a key that nobody has in its place', () => {
  const page = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');
  const [, shown = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
  // Copied as it stands it is no key, and so the server does not start with one that everybody knows.
  expect(() => parseKeysFile(shown)).toThrow('keys[1].key must be');
  const { principals, warnings } = parseKeysFile(
    shown.replace('<openssl rand -hex 32>', '7b'.repeat(32)),
  );
  expect([...principals.values()].map(({ user }) => user)).toEqual(['web-shop', 'research', null]);
  expect(warnings).toEqual([]);
});

describe('what a file of keys says of a tenant', () => {
  const tenants = [
    {
      tenant: 'acme',
      requestsPerMinute: 600,
      budgetUsd: 100,
      window: 'day',
      maxTier: 'SMALL',
      models: ['llama'],
    },
  ];

  it('holds for its keys, as far as they say nothing else', () => {
    expect(principalBy({ requestsPerMinute: 60, maxTier: 'LARGE' }, { tenants })).toMatchObject({
      rights: { maxTier: 'LARGE', models: ['llama'], namespaces: null },
      limits: {
        requestsPerMinute: 60,
        tokensPerMinute: null,
        budget: { usd: 100, window: 'DAY' },
      },
    });
  });

  it('does not change the window of a budget that a key has', () => {
    expect(principalBy({ budgetUsd: 5 }, { tenants })?.limits?.budget).toEqual({
      usd: 5,
      window: 'MONTH',
    });
  });

  it('holds for its callers without a key, and for nobody of another tenant', () => {
    const { terms, principals } = parse({ keys: [{ tenant: 'globex', key: KEY }], tenants });
    expect(terms.get('acme')).toMatchObject({
      rights: { maxTier: 'SMALL' },
      limits: { requestsPerMinute: 600 },
    });
    expect(terms.get('initech')).toBeUndefined();
    expect(principals.get(hashOfKey(KEY))).toMatchObject({ rights: ALL_RIGHTS, limits: null });
  });
});

describe('a tenant of which something is counted', () => {
  it('is counted whichever key calls, and by a token', () => {
    const limited = { tenant: 'acme', key: OTHER, maxConcurrent: 1 };
    expect(principalBy({}, { keys: [limited] })?.limits).toEqual(NO_LIMITS);
    expect(parse({ keys: [limited] }).terms.get('acme')?.limits).toEqual(NO_LIMITS);
    expect(principalBy({}, { keys: [{ ...limited, tenant: 'globex' }] })?.limits).toBeNull();
  });

  it('is not one of which it is only said what it may ask for', () => {
    const tenants = [{ tenant: 'acme', maxTier: 'small', namespaces: ['faq'] }];
    expect(principalBy({}, { tenants })?.limits).toBeNull();
  });
});

describe('what is wrong with a file of keys', () => {
  it('is listed all at once, each by its place, without a key', () => {
    const problems = problemsOf({
      keys: [
        { tenant: 'acme', key: KEY, budgetUsd: -1, requestsPerMinute: 1.5, namespaces: ['a b'] },
        { tenant: '', keyHash: 'hush', maxTier: 'medium', window: 'day' },
        { tenant: 'acme', key: KEY, keyHash: HASH, requestPerMinute: 60 },
        'hush',
        { tenant: 'acme', key: OTHER },
        { tenant: 'globex', key: OTHER },
        { tenant: 7, window: 'day' },
      ],
      tenants: [
        { tenant: 'acme', models: [] },
        { tenant: 'acme', key: KEY },
      ],
    });
    expect(problems).toEqual([
      'keys[0].requestsPerMinute must be a whole number above 0.',
      'keys[0].budgetUsd must be a number of USD above 0.',
      expect.stringMatching(/^keys\[0\]\.namespaces\[0\] must be 1 to 128 letters/),
      'keys[1].tenant must be 1 to 128 characters, none of them a control character.',
      expect.stringMatching(/^keys\[1\]\.keyHash must be the SHA-256/),
      'keys[1].maxTier must be small or large.',
      'keys[1].window needs budgetUsd beside it.',
      'keys[2].requestPerMinute is not known; did you mean requestsPerMinute?',
      'keys[2] must have either key or keyHash.',
      'keys[3] must be an object.',
      'keys[6].tenant must be 1 to 128 characters, none of them a control character.',
      'keys[6] must have either key or keyHash.',
      'keys[6].window needs budgetUsd beside it.',
      expect.stringMatching(/^tenants\[0\]\.models/),
      'tenants[1].key is not known.',
      'keys[5] is the same key as keys[4].',
    ]);
    expect(problems.join()).not.toContain('hush');
  });

  it.each<[what: string, content: unknown, problem: string | RegExp]>([
    ['nothing', '', 'It is not JSON.'],
    [
      'JSON with a slip',
      `{"keys":[\n{"key" "${KEY}"}]}`,
      /^It is not JSON: look at line 2 column 8/,
    ],
    ['a key alone', KEY, 'It is not JSON.'],
    ['a list', [], 'It must be an object with a list of keys.'],
    ['null', null, 'It must be an object with a list of keys.'],
    ['no keys', {}, 'keys must be a list of keys.'],
    ['keys by name', { keys: { [KEY]: 'acme' } }, 'keys must be a list of keys.'],
    ['another list', { keys: [], tenant: [] }, 'tenant is not known; did you mean tenants?'],
    [
      'a key in the place of a name',
      { keys: [{ tenant: 'acme', [KEY]: true, key: OTHER }] },
      /^keys\[0\] has a name that is not known, of 21 characters/,
    ],
  ])('is told of %s', (_what, content, problem) => {
    expect(problemsOf(content)).toEqual([expect.stringMatching(problem)]);
    expect(problemsOf(content).join()).not.toContain('hush');
  });

  it.each([
    ['tenant', 'a\nb'],
    ['tenant', 'a'.repeat(129)],
    ['tenant', '\ud800'],
    ['tenant', 7],
    ['user', ''],
    ['key', 'two words'],
    ['key', ''],
    ['key', 'schlüssel'],
    ['operator', 'true'],
    ['requestsPerMinute', 0],
    ['tokensPerMinute', '100'],
    ['maxConcurrent', null],
    ['budgetUsd', 0],
    ['models', 'llama'],
    ['models', [' ']],
    ['namespaces', ['faq', '.docs']],
  ])('includes a %s of %j', (name, value) => {
    const entry = { tenant: 'acme', key: KEY, [name]: value };
    expect(problemsOf({ keys: [entry] })).toEqual([
      expect.stringMatching(`^keys\\[0\\]\\.${name}(\\[\\d\\])? must be `),
    ]);
  });

  it('includes a figure that JSON cannot hold', () => {
    expect(problemsOf('{"keys":[{"tenant":"a","key":"k","budgetUsd":1e999}]}')).toHaveLength(1);
  });

  it.each([
    ['a key and again', { key: KEY }],
    ['a key and its hash', { keyHash: HASH }],
  ])('includes %s', (_what, again) => {
    const keys = [
      { tenant: 'acme', key: KEY },
      { tenant: 'globex', ...again },
    ];
    expect(problemsOf({ keys })).toEqual(['keys[1] is the same key as keys[0].']);
  });

  it('includes a tenant that is told of twice', () => {
    const tenants = [{ tenant: 'acme' }, { tenant: 'acme', maxTier: 'small' }];
    expect(problemsOf({ keys: [], tenants })).toEqual([
      'tenants[1] is the same tenant as tenants[0].',
    ]);
  });
});
