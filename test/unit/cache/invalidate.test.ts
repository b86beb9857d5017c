import { expect, it, vi } from 'vitest';
import { createInvalidate, InvalidateUnavailable } from '../../../src/cache/invalidate.ts';
import type { Cache } from '../../../src/cache/port.ts';
import { recordLogs } from '../../support/recorded-logs.ts';

function open(changes: Partial<Cache> = {}) {
  const { logger, logs } = recordLogs();
  const clear = vi.fn<Cache['clear']>(async () => 7);
  const evict = vi.fn<Cache['evict']>(async () => 1);
  const invalidate = createInvalidate({ cache: { clear, evict, ...changes }, logger });
  return { invalidate, clear, evict, logs };
}

it('drops all of a namespace, of its tenant', async () => {
  const { invalidate, clear, evict, logs } = open();
  expect(await invalidate('acme', { namespace: 'docs' })).toBe(7);
  expect(clear.mock.calls).toEqual([[{ tenant: 'acme', namespace: 'docs' }]]);
  expect(evict).not.toHaveBeenCalled();
  expect(logs).toMatchObject([{ level: 'info', tenant: 'acme', namespace: 'docs', removed: 7 }]);
});

it('drops one entry of its tenant', async () => {
  const { invalidate, clear, evict } = open();
  expect(await invalidate('acme', { entryId: 'docs:key' })).toBe(1);
  expect(evict.mock.calls).toEqual([['acme', 'docs:key']]);
  expect(clear).not.toHaveBeenCalled();
});

it('says that it may be repeated when something may be left', async () => {
  const away = () => Promise.reject(new Error('Redis is away.'));
  const { invalidate, logs } = open({ clear: away, evict: away });
  await expect(invalidate('acme', { namespace: 'docs' })).rejects.toThrow(InvalidateUnavailable);
  await expect(invalidate('acme', { entryId: 'docs:key' })).rejects.toThrow(InvalidateUnavailable);
  expect(logs.map(({ level }) => level)).toEqual(['warn', 'warn']);
});
