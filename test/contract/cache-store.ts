import { describe, expect, it, vi } from 'vitest';
import type { CacheStore } from '../../src/cache/store.ts';
import { collect } from '../support/collect.ts';
import { sampleEntry, samplePlace } from '../support/sample-entry.ts';

/** A store on the system's clock that is empty at first, with what has to be closed after it. */
export type OpenStore = () => Promise<AsyncDisposable & { readonly store: CacheStore }>;

/** What every cache store does. */
export function describeCacheStore(name: string, open: OpenStore): void {
  describe(`the cache store ${name}`, () => {
    it('gives back what was put, to the last character', async () => {
      await using opened = await open();
      const { store } = opened;
      const entry = sampleEntry({
        text: 'Zeile 1\r\nZeile 2 “quoted” 雛 🐣 \u0000 \\ end',
        reasoning: '',
        model: null,
        usage: { inputTokens: 0, outputTokens: 3.5, source: 'ESTIMATED' },
        trace: { partition: 'p', vector: 'AAD/fw==', savesUsd: null },
      });
      await store.put(samplePlace(), entry);
      expect(await store.get(samplePlace())).toEqual(entry);
    });

    it('has nothing where nothing was put', async () => {
      await using opened = await open();
      expect(await opened.store.get(samplePlace())).toBeNull();
      expect(await opened.store.remove(samplePlace())).toBe(0);
    });

    it('finds an entry in its own tenant, namespace and key only', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.put(samplePlace(), sampleEntry());
      expect(await store.get(samplePlace({ tenant: 'other' }))).toBeNull();
      expect(await store.get(samplePlace({ namespace: 'other' }))).toBeNull();
      expect(await store.get(samplePlace({ key: 'o'.repeat(43) }))).toBeNull();
    });

    it('keeps places apart whose names run into each other', async () => {
      await using opened = await open();
      const { store } = opened;
      const places = awkwardNames.flatMap((tenant) =>
        awkwardNames.map((namespace) => samplePlace({ tenant, namespace })),
      );
      for (const [index, place] of places.entries()) {
        await store.put(place, sampleEntry({ text: `answer ${index}` }));
      }
      const texts = await Promise.all(places.map(async (place) => (await store.get(place))?.text));
      expect(texts).toEqual(places.map((_, index) => `answer ${index}`));
    });

    it('replaces an entry that is put again', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.put(samplePlace(), sampleEntry({ text: 'old' }));
      await store.put(samplePlace(), sampleEntry({ text: 'new' }));
      expect(await store.get(samplePlace())).toMatchObject({ text: 'new' });
    });

    it('forgets an entry when its time is over', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.put(samplePlace(), sampleEntry({ expiresAt: Date.now() + 50 }));
      await vi.waitFor(async () => expect(await store.get(samplePlace())).toBeNull());
    });

    it('does not find an entry that had expired before it was put', async () => {
      await using opened = await open();
      const { store } = opened;
      await store.put(samplePlace(), sampleEntry());
      await store.put(samplePlace(), sampleEntry({ expiresAt: Date.now() - 1 }));
      expect(await store.get(samplePlace())).toBeNull();
    });

    it('removes one entry', async () => {
      await using opened = await open();
      const { store } = opened;
      const other = samplePlace({ key: 'o'.repeat(43) });
      await store.put(samplePlace(), sampleEntry());
      await store.put(other, sampleEntry());
      expect(await store.remove(samplePlace())).toBe(1);
      expect(await store.get(samplePlace())).toBeNull();
      expect(await store.get(other)).not.toBeNull();
    });

    it('removes all of a namespace, and counts it', async () => {
      await using opened = await open();
      const { store } = opened;
      const places = Array.from({ length: 1_234 }, (_, index) => samplePlace({ key: `k${index}` }));
      await Promise.all(places.map((place) => store.put(place, sampleEntry())));
      expect(await store.removeNamespace('acme', 'default')).toBe(1_234);
      expect(await store.removeNamespace('acme', 'default')).toBe(0);
    });

    it.each(awkwardNames)('removes the namespace %j and no other', async (name) => {
      await using opened = await open();
      const { store } = opened;
      const others = awkwardNames.filter((other) => other !== name);
      for (const namespace of awkwardNames) {
        await store.put(samplePlace({ tenant: name, namespace }), sampleEntry());
      }
      await store.put(samplePlace({ tenant: 'acme', namespace: name }), sampleEntry());

      expect(await store.removeNamespace(name, name)).toBe(1);
      for (const namespace of others) {
        expect(await store.get(samplePlace({ tenant: name, namespace }))).not.toBeNull();
      }
      expect(await store.get(samplePlace({ tenant: 'acme', namespace: name }))).not.toBeNull();
    });

    it.each(awkwardNames)('removes all of the tenant %j and of no other', async (name) => {
      await using opened = await open();
      const { store } = opened;
      for (const tenant of awkwardNames) {
        await store.put(samplePlace({ tenant }), sampleEntry());
        await store.put(samplePlace({ tenant, namespace: name }), sampleEntry());
      }
      expect(await store.removeNamespace(name, null)).toBe(2);
      for (const tenant of awkwardNames) {
        const found = await store.get(samplePlace({ tenant, namespace: name }));
        expect([tenant, found === null]).toEqual([tenant, tenant === name]);
      }
    });

    it('walks through all entries, each at its place, whatever the names hold', async () => {
      await using opened = await open();
      const { store } = opened;
      const trace = { partition: 'p', vector: 'AAD/fw==', savesUsd: 0.25 };
      const put = awkwardNames.flatMap((tenant, index) =>
        awkwardNames.map((namespace) => ({
          place: samplePlace({ tenant, namespace }),
          entry: sampleEntry({ namespace, text: `answer ${index}`, trace }),
        })),
      );
      await Promise.all(put.map(({ place, entry }) => store.put(place, entry)));
      const walked = await collect(store.entries());
      expect(walked).toHaveLength(put.length);
      expect(walked).toEqual(expect.arrayContaining(put));
    });

    it('walks past what is gone or has expired, and meets all that stays', async () => {
      await using opened = await open();
      const { store } = opened;
      const places = Array.from({ length: 500 }, (_, index) => samplePlace({ key: `k${index}` }));
      await Promise.all(places.map((place) => store.put(place, sampleEntry())));
      await store.put(samplePlace(), sampleEntry({ expiresAt: Date.now() - 1 }));
      const [gone, ...others] = places;
      const met = new Set<string>();
      for await (const { place } of store.entries()) {
        if (met.size === 0) await store.remove(gone ?? place);
        met.add(place.key);
      }
      expect([...met]).toEqual(expect.arrayContaining(others.map(({ key }) => key)));
      expect(met).not.toContain(samplePlace().key);
      expect(await collect(store.entries())).toHaveLength(499);
    });

    it('has no entries to walk through when it is empty', async () => {
      await using opened = await open();
      expect(await collect(opened.store.entries())).toEqual([]);
    });

    it('describes itself', async () => {
      await using opened = await open();
      await opened.store.put(samplePlace(), sampleEntry());
      expect(await opened.store.describe()).toMatchObject({ evictions: 0 });
    });
  });
}

/** Names that would be mistaken for others, or for patterns, if they were used as they are. */
const awkwardNames = [
  'a',
  'a:a',
  ':',
  '',
  '*',
  'a*',
  '?',
  '[a-z]',
  '\\',
  '{a}',
  '%3A',
  '%003A',
  'ä',
  '雛',
  '\ud800',
  '\ufffd',
  'a\u0000a',
];
