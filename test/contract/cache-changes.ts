import { describe, expect, it } from 'vitest';
import type { CacheChange } from '../../src/cache/changes.ts';
import type { OpenCacheChanges } from '../support/open-cache-changes.ts';
import { samplePlace } from '../support/sample-entry.ts';

const SOON = { timeout: 1_000 };

const kept: CacheChange = { type: 'kept', place: samplePlace() };
const removed: CacheChange = { type: 'removed', place: samplePlace() };

/** What every adapter of the CacheChanges port does, alone as it may be. `open` gives changes that are listened to. */
export function describeCacheChanges(name: string, open: () => Promise<OpenCacheChanges>): void {
  describe(`changes of stored answers ${name}`, () => {
    it('begin with a gap, of which a process is told once', async () => {
      await using one = await open();
      await expect.poll(() => one.heard, SOON).toEqual(['gap']);
      await one.changes.announce(kept);
      expect(one.heard).toEqual(['gap']);
    });
  });
}

/**
 * What those do that several processes share.
 *
 * @param open gives those of a process of its own: it hears what those with the same name share
 */
export function describeSharedCacheChanges(
  name: string,
  open: (share: string) => Promise<OpenCacheChanges>,
): void {
  /** Two that have heard that there may have been something before. */
  async function openTwo() {
    const share = `${crypto.randomUUID()}:`;
    const one = await open(share);
    const other = await open(share);
    for (const { heard } of [one, other]) await expect.poll(() => heard, SOON).toEqual(['gap']);
    return {
      ...{ share, one, other },
      async [Symbol.asyncDispose]() {
        for (const opened of [one, other]) await opened[Symbol.asyncDispose]();
      },
    };
  }

  describe(`changes of stored answers that processes share ${name}`, () => {
    it('are heard by the others within a second, in order, and not by who announces them', async () => {
      await using two = await openTwo();
      const { one, other } = two;
      const told: CacheChange[] = [
        kept,
        { type: 'erased', tenant: 'acme', namespace: 'default' },
        removed,
        { type: 'erased', tenant: 'acme', namespace: null },
        kept,
      ];
      for (const change of told) await one.changes.announce(change);
      await expect.poll(() => other.heard, SOON).toEqual(['gap', ...told]);
      await other.changes.announce(removed);
      await expect.poll(() => one.heard, SOON).toEqual(['gap', removed]);
    });

    it('are told of any names', async () => {
      await using two = await openTwo();
      const names = ['', ':', 'ä', '雛 🐣', '\ud800', 'a\u0000a', '"', '\\', '\r\n'];
      const told = names.flatMap((name): CacheChange[] => [
        { type: 'kept', place: samplePlace({ tenant: name, namespace: name }) },
        { type: 'erased', tenant: name, namespace: name },
      ]);
      await Promise.all(told.map((change) => two.one.changes.announce(change)));
      await expect.poll(() => two.other.heard, SOON).toEqual(['gap', ...told]);
    });

    it('come to all others in one order, whoever announces them', async () => {
      await using two = await openTwo();
      await using third = await open(two.share);
      await expect.poll(() => third.heard, SOON).toEqual(['gap']);
      const keyed = (key: string): CacheChange => ({ type: 'kept', place: samplePlace({ key }) });
      const numbers = Array.from({ length: 200 }, (_, index) => index);
      await Promise.all(
        numbers.flatMap((number) => [
          two.one.changes.announce(keyed(`one-${number}`)),
          two.other.changes.announce(keyed(`other-${number}`)),
        ]),
      );
      await expect.poll(() => third.heard.length, SOON).toBe(401);
      const from = (name: string) => numbers.map((number) => keyed(`${name}-${number}`));
      for (const [{ heard }, name] of [
        [two.one, 'other'],
        [two.other, 'one'],
      ] as const) {
        await expect.poll(() => heard, SOON).toEqual(['gap', ...from(name)]);
        expect(third.heard.filter((change) => isKeyed(change, name))).toEqual(from(name));
      }
    });

    it('of before a process listens are none that it hears', async () => {
      await using two = await openTwo();
      await two.one.changes.announce(kept);
      await using late = await open(two.share);
      await expect.poll(() => late.heard, SOON).toEqual(['gap']);
      await two.one.changes.announce(removed);
      await expect.poll(() => late.heard, SOON).toEqual(['gap', removed]);
    });

    it('are heard by nobody who does not share them', async () => {
      await using two = await openTwo();
      await using stranger = await open(`${crypto.randomUUID()}:`);
      await expect.poll(() => stranger.heard, SOON).toEqual(['gap']);
      await two.one.changes.announce(kept);
      await expect.poll(() => two.other.heard, SOON).toEqual(['gap', kept]);
      await stranger.changes.announce(removed);
      expect(stranger.heard).toEqual(['gap']);
      expect(two.one.heard).toEqual(['gap']);
    });

    it('are not heard after disposal', async () => {
      await using two = await openTwo();
      await using third = await open(two.share);
      await expect.poll(() => third.heard, SOON).toEqual(['gap']);
      await two.other.changes[Symbol.asyncDispose]();
      await two.one.changes.announce(kept);
      await expect.poll(() => third.heard, SOON).toEqual(['gap', kept]);
      expect(two.other.heard).toEqual(['gap']);
    });
  });
}

function isKeyed(change: CacheChange | 'gap', name: string): boolean {
  return change !== 'gap' && change.type === 'kept' && change.place.key.startsWith(`${name}-`);
}
