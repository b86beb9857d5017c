import { describe, expect, it } from 'vitest';
import { type OpenVetoes, sampleVeto } from '../support/open-vetoes.ts';

const SOON = { timeout: 1_000 };

const awkwardNames = ['', 'a', 'a:a', ':', '*', 'a*', '[a-z]', '\\', '%003A', '雛', '\ud800'];
const everywhere = awkwardNames.flatMap((tenant) =>
  awkwardNames.map((namespace) => sampleVeto({ tenant, namespace })),
);

/** What every adapter of the Vetoes port does. `open` gives one without any, which knows that. */
export function describeVetoes(name: string, open: () => Promise<OpenVetoes>): void {
  describe(`vetoes ${name}`, () => {
    it('stand when they were added, and only then', async () => {
      await using opened = await open();
      const { vetoes } = opened;
      expect(vetoes.has(sampleVeto())).toBe(false);
      await vetoes.add(sampleVeto());
      expect(vetoes.has(sampleVeto())).toBe(true);
      await vetoes.add(sampleVeto());
      expect(vetoes.has(sampleVeto())).toBe(true);
    });

    it('stand for their pair, namespace and tenant alone', async () => {
      await using opened = await open();
      const { vetoes } = opened;
      for (const veto of everywhere) {
        expect(vetoes.has(veto)).toBe(false);
        await vetoes.add(veto);
        expect(vetoes.has({ ...veto, pair: 'q'.repeat(43) })).toBe(false);
      }
    });

    it('are erased with a namespace, and no others with it', async () => {
      await using opened = await open();
      const { vetoes } = opened;
      await Promise.all(everywhere.map((veto) => vetoes.add(veto)));
      await vetoes.erase({ tenant: 'a', namespace: '*' });
      expect(everywhere.filter((veto) => !vetoes.has(veto))).toEqual([
        sampleVeto({ tenant: 'a', namespace: '*' }),
      ]);
    });

    it('are erased with a tenant, and no others with it', async () => {
      await using opened = await open();
      const { vetoes } = opened;
      await Promise.all(everywhere.map((veto) => vetoes.add(veto)));
      await vetoes.erase({ tenant: 'a*', namespace: null });
      expect(everywhere.filter((veto) => !vetoes.has(veto))).toEqual(
        everywhere.filter(({ tenant }) => tenant === 'a*'),
      );
    });

    it('may be added again after they were erased', async () => {
      await using opened = await open();
      const { vetoes } = opened;
      await vetoes.add(sampleVeto());
      await vetoes.erase({ tenant: 'acme', namespace: null });
      expect(vetoes.has(sampleVeto())).toBe(false);
      await vetoes.add(sampleVeto());
      expect(vetoes.has(sampleVeto())).toBe(true);
    });
  });
}

/**
 * What those do that several processes share.
 *
 * @param open gives those of a process of its own, which shares them with those of the same name
 */
export function describeSharedVetoes(
  name: string,
  open: (share: string) => Promise<OpenVetoes>,
): void {
  describe(`vetoes that processes share ${name}`, () => {
    it('stand and are erased in all of them within a second', async () => {
      const share = `${crypto.randomUUID()}:`;
      await using one = await open(share);
      await using other = await open(share);
      const later = sampleVeto({ namespace: 'later' });
      await one.vetoes.add(sampleVeto());
      await other.vetoes.add(later);
      for (const { vetoes } of [one, other]) {
        await expect.poll(() => vetoes.has(sampleVeto()), SOON).toBe(true);
        await expect.poll(() => vetoes.has(later), SOON).toBe(true);
      }
      await one.vetoes.erase({ tenant: 'acme', namespace: 'later' });
      for (const { vetoes } of [one, other]) {
        await expect.poll(() => vetoes.has(later), SOON).toBe(false);
        expect(vetoes.has(sampleVeto())).toBe(true);
      }
    });

    it('are erased in all of them, also by one that has not heard of them yet', async () => {
      const share = `${crypto.randomUUID()}:`;
      await using one = await open(share);
      await using other = await open(share);
      const vetoes = Array.from({ length: 100 }, (_, index) =>
        sampleVeto({ pair: `pair${index}` }),
      );
      await Promise.all(vetoes.map((veto) => one.vetoes.add(veto)));
      await other.vetoes.erase({ tenant: 'acme', namespace: 'default' });
      await using third = await open(share);
      await third.vetoes.add(sampleVeto());
      for (const process of [one, other, third]) {
        await expect.poll(() => process.vetoes.has(sampleVeto()), SOON).toBe(true);
        expect(vetoes.filter((veto) => process.vetoes.has(veto))).toEqual([]);
      }
    });

    it('stand when a process begins and when all others have ended', async () => {
      const share = `${crypto.randomUUID()}:`;
      const many = Array.from({ length: 2_500 }, (_, index) =>
        sampleVeto({ pair: `pair${index}` }),
      );
      {
        await using one = await open(share);
        await Promise.all(many.map((veto) => one.vetoes.add(veto)));
      }
      await using later = await open(share);
      expect(many.filter((veto) => !later.vetoes.has(veto))).toEqual([]);
      expect(later.vetoes.has(sampleVeto())).toBe(false);
    });
  });
}
