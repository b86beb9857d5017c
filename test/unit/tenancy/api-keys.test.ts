import { describe, expect, it } from 'vitest';
import { apiKeyAuthentication } from '../../../src/tenancy/api-keys.ts';
import { KeysFileError } from '../../../src/tenancy/keys-file-error.ts';
import { writeKeysFile } from '../../support/keys-file.ts';
import { recordLogs } from '../../support/recorded-logs.ts';

const KEY = 'hush-0123456789abcdef';
const OTHER = 'hush-fedcba9876543210';

/** The keys of a file that begins with `content`, and whom they recognise. */
async function openKeys(content: object | string) {
  const file = await writeKeysFile(content);
  const { logger, logs } = recordLogs();
  const keys = await apiKeyAuthentication({ path: file.path, everyMs: 5, logger });
  return {
    file,
    keys,
    logs,
    async tenantOf(key: string): Promise<string | null> {
      const session = await keys.authenticate({ authorization: `Bearer ${key}` });
      return session?.principal.tenant ?? null;
    },
    async [Symbol.asyncDispose]() {
      await keys[Symbol.asyncDispose]();
      await file[Symbol.asyncDispose]();
    },
  };
}

describe('a caller with a key', () => {
  const content = { keys: [{ tenant: 'acme', key: KEY, user: 'web' }] };

  it('is who the file says, for as long as it says so', async () => {
    await using opened = await openKeys(content);
    expect(await opened.keys.authenticate({ authorization: `Bearer ${KEY}` })).toMatchObject({
      principal: { tenant: 'acme', user: 'web', operator: false },
      expiresAt: null,
    });
  });

  it('may show it as a password, which a browser asks for', async () => {
    await using opened = await openKeys(content);
    const authorization = `Basic ${Buffer.from(`me:${KEY}`).toString('base64')}`;
    expect(await opened.keys.authenticate({ authorization })).not.toBeNull();
  });

  it.each([
    ['no', null],
    ['another', `Bearer ${OTHER}`],
    ['a bare', KEY],
  ])('is nobody with %s key', async (_which, authorization) => {
    await using opened = await openKeys(content);
    expect(await opened.keys.authenticate({ authorization })).toBeNull();
  });

  it('may what the file says of a tenant, as may others who call for it', async () => {
    await using opened = await openKeys({
      keys: [],
      tenants: [{ tenant: 'acme', maxTier: 'small' }],
    });
    expect(opened.keys.termsOf('acme').rights.maxTier).toBe('SMALL');
    expect(opened.keys.termsOf('globex')).toMatchObject({
      rights: { maxTier: null },
      limits: null,
    });
  });
});

describe('a file of keys that changes', () => {
  const before = { keys: [{ tenant: 'acme', key: KEY }] };
  const after = { keys: [{ tenant: 'globex', key: OTHER }] };

  it('counts from then on, and whoever listens hears of it', async () => {
    await using opened = await openKeys(before);
    let heard = 0;
    opened.keys.onChanged(() => {
      heard += 1;
    });
    const stop = opened.keys.onChanged(() => expect.fail('It does not listen any more.'));
    stop();
    await opened.file.write(after);
    await expect.poll(() => opened.tenantOf(OTHER)).toBe('globex');
    expect(await opened.tenantOf(KEY)).toBeNull();
    expect(heard).toBe(1);
    expect(opened.logs).toEqual([
      { level: 'info', message: 'API keys read', keys: 1, tenants: 1 },
      { level: 'info', message: 'API keys read', keys: 1, tenants: 1 },
    ]);
  });

  it.each([
    ['broken', `{"keys":[{"tenant":"globex","key":"${OTHER}"}`],
    ['wrong', { keys: [{ tenant: 'globex', key: OTHER, requestsPerMinute: 'hush' }] }],
  ])('changes nothing while it is %s, but for one line in the log', async (_how, content) => {
    await using opened = await openKeys(before);
    await opened.file.write(content);
    const refused = () => opened.logs.filter(({ level }) => level === 'error');
    await expect.poll(refused).toHaveLength(1);
    expect(refused()[0]?.['problems']).toHaveLength(1);
    expect(await opened.tenantOf(KEY)).toBe('acme');
    expect(await opened.tenantOf(OTHER)).toBeNull();
    await opened.file.write(after);
    await expect.poll(() => opened.tenantOf(OTHER)).toBe('globex');
    expect(refused()).toHaveLength(1);
    expect(JSON.stringify(opened.logs)).not.toContain('hush');
  });

  it('is warned of again for each key that can be guessed', async () => {
    await using opened = await openKeys({ keys: [{ tenant: 'acme', key: 'short' }] });
    expect(opened.logs).toMatchObject([{ level: 'info' }, { level: 'warn' }]);
    expect(opened.logs[1]?.message).toMatch(/^keys\[0\]\.key has fewer than 16 characters/);
  });
});

describe('a file of keys that cannot be used at first', () => {
  const { logger, logs } = recordLogs();

  it('is told of with all that is wrong', async () => {
    await using file = await writeKeysFile({ keys: [{ tenant: '' }], tenants: 'acme' });
    const opening = apiKeyAuthentication({ path: file.path, everyMs: 5, logger });
    await expect(opening).rejects.toThrow(KeysFileError);
    await expect(opening).rejects.toThrow(
      'API_KEYS_FILE has 1 problem(s):\n- tenants must be a list of tenants.',
    );
    expect(logs).toEqual([]);
  });

  it('is told of when it is not there, with where it should be', async () => {
    const opening = apiKeyAuthentication({ path: '/nowhere/keys.json', everyMs: 5, logger });
    await expect(opening).rejects.toThrow(
      'API_KEYS_FILE has 1 problem(s):\n- It cannot be read (ENOENT): /nowhere/keys.json',
    );
  });
});
