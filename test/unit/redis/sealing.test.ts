import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSealer, openJson } from '../../../src/redis/sealing.ts';

const CONTEXT = 'sluice:cache:acme:default:key';
const answer = 'Zeile 1\r\n“Starter crumbs” 雛 🐣 \u0000 and water.';

function newKey(): string {
  return randomBytes(32).toString('base64');
}

describe('a sealer', () => {
  it('opens what it sealed, to the last character', () => {
    const sealer = createSealer([newKey()]);
    for (const plain of [answer, '', 'x'.repeat(100_000)]) {
      expect(sealer.open(sealer.seal(plain, CONTEXT), CONTEXT)).toBe(plain);
    }
  });

  it('lets nobody see what it sealed, nor that it is the same as before', () => {
    const sealer = createSealer([newKey()]);
    const [one, other] = [sealer.seal(answer, CONTEXT), sealer.seal(answer, CONTEXT)];
    expect(Buffer.from(one, 'base64').toString('latin1')).not.toContain('crumbs');
    expect(one).not.toBe(other);
    // Not even the part of it that is no randomness of its own.
    expect(one.slice(-60)).not.toBe(other.slice(-60));
  });

  it('opens what another process sealed with the same key', () => {
    const key = newKey();
    const sealed = createSealer([key]).seal(answer, CONTEXT);
    expect(createSealer([key]).open(sealed, CONTEXT)).toBe(answer);
  });

  it('seals with the first key and opens with each, so that keys can be changed', () => {
    const [before, after] = [newKey(), newKey()];
    const changing = createSealer([after, before]);
    expect(changing.open(createSealer([before]).seal(answer, CONTEXT), CONTEXT)).toBe(answer);
    const sealed = changing.seal(answer, CONTEXT);
    expect(createSealer([after]).open(sealed, CONTEXT)).toBe(answer);
    expect(createSealer([before]).open(sealed, CONTEXT)).toBeNull();
  });

  it('does not open for another context', () => {
    const sealer = createSealer([newKey()]);
    const sealed = sealer.seal(answer, CONTEXT);
    for (const context of ['sluice:cache:other:default:key', `${CONTEXT} `, '']) {
      expect(sealer.open(sealed, context)).toBeNull();
    }
  });

  it('does not open when any of its bytes was changed, added or lost', () => {
    const sealer = createSealer([newKey()]);
    const sealed = Buffer.from(sealer.seal('short', CONTEXT), 'base64');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect([index, sealer.open(changed.toString('base64'), CONTEXT)]).toEqual([index, null]);
      const cut = sealed.subarray(0, index).toString('base64');
      expect([index, sealer.open(cut, CONTEXT)]).toEqual([index, null]);
    }
    const longer = Buffer.concat([sealed, Buffer.of(0)]).toString('base64');
    expect(sealer.open(longer, CONTEXT)).toBeNull();
  });

  it.each([
    '',
    'AQ',
    '{"version":1}',
    'A'.repeat(400),
    '雛'.repeat(100),
    '\ud800',
  ])('does not open what was never sealed: %j', (stored) => {
    const sealer = createSealer([newKey()]);
    expect(sealer.open(stored, CONTEXT)).toBeNull();
    expect(openJson(sealer, stored, CONTEXT)).toBeUndefined();
  });

  it('goes on with other subkeys of the same key', () => {
    const key = newKey();
    const sealer = createSealer([key]);
    const first = sealer.seal(answer, CONTEXT);
    const saltOf = (sealed: string) => sealed.slice(0, 28);
    let last = first;
    for (let count = 0; count < 2 ** 16 - 1; count += 1) last = sealer.seal('', '');
    expect(saltOf(last)).toBe(saltOf(first));
    const next = sealer.seal(answer, CONTEXT);
    expect(saltOf(next)).not.toBe(saltOf(first));
    for (const sealed of [first, next]) expect(sealer.open(sealed, CONTEXT)).toBe(answer);
  });
});

describe('a sealer without keys', () => {
  const plain = createSealer(null);

  it('passes on what it is given', () => {
    expect(plain.seal(answer, CONTEXT)).toBe(answer);
    expect(plain.open(answer, CONTEXT)).toBe(answer);
  });

  it('reads JSON, and nothing in what others have sealed', () => {
    const value = { text: answer };
    expect(openJson(plain, JSON.stringify(value), CONTEXT)).toEqual(value);
    const sealed = createSealer([newKey()]).seal(JSON.stringify(value), CONTEXT);
    expect(openJson(plain, sealed, CONTEXT)).toBeUndefined();
  });
});
