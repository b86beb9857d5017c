import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hash,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { EncryptionKeys } from '../config/config.ts';

/**
 * Seals what nobody is to read who sees Redis, its snapshots or its wire.
 *
 * What callers may rely on:
 * - What was sealed opens with the same `context` alone, which is the name of its key in Redis: one that was moved to
 *   another tenant or run does not open. Nor does one of which a single bit was changed.
 * - `open` never throws. Null: it was sealed with a key that is not known, for another context, by another version, or
 *   never.
 * - Without keys all of it passes as it is.
 */
export type Sealer = {
  /** @param plain without lone surrogates, such as JSON */
  seal(plain: string, context: string): string;
  open(sealed: string, context: string): string | null;
};

/** Raised when what is sealed can no longer be opened the same way. */
const VERSION = 1;
const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const SALT_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + SALT_BYTES;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Far below the 2^32 that NIST SP 800-38D (8.3) allows to one key with random nonces. */
const MESSAGES_PER_SUBKEY = 2 ** 16;
/** Each process seals with one at a time. */
const SUBKEYS_REMEMBERED = 1_000;

/**
 * AES-256-GCM (NIST SP 800-38D), as base64 of: version, id of the key, salt; nonce; ciphertext; tag. The first three
 * and the context are authenticated with the rest.
 *
 * The keys themselves seal nothing: each process derives a subkey from the first one by a random salt (HKDF, RFC 5869),
 * and the next subkey long before two random nonces could meet. So no key wears out, however much is sealed.
 *
 * @param keys the first one seals, each opens; null: nothing is sealed
 */
export function createSealer(keys: EncryptionKeys | null): Sealer {
  if (keys === null) return { seal: (plain) => plain, open: (stored) => stored };
  const [first, ...others] = keys;
  const known = [parseKey(first), ...others.map(parseKey)] as const;
  const subkeys = new LRUCache<string, KeyObject>({ max: SUBKEYS_REMEMBERED });
  let sealing = newSubkey(known[0]);

  /** Null when its key is not known. */
  function subkeyFor(header: Buffer): KeyObject | null {
    const name = header.toString('latin1');
    const remembered = subkeys.get(name);
    if (remembered !== undefined) return remembered;
    const id = header.subarray(1, 1 + KEY_ID_BYTES);
    const key = known.find((each) => each.id.equals(id));
    if (key === undefined) return null;
    const subkey = deriveSubkey(key.secret, header.subarray(1 + KEY_ID_BYTES));
    subkeys.set(name, subkey);
    return subkey;
  }

  return {
    seal(plain, context) {
      if (sealing.messages === MESSAGES_PER_SUBKEY) sealing = newSubkey(known[0]);
      sealing.messages += 1;
      const { header, subkey } = sealing;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, subkey, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(authenticated(header, context));
      const ciphertext = [cipher.update(plain, 'utf8'), cipher.final()];
      return Buffer.concat([header, nonce, ...ciphertext, cipher.getAuthTag()]).toString('base64');
    },
    open(stored, context) {
      const sealed = Buffer.from(stored, 'base64');
      const header = sealed.subarray(0, HEADER_BYTES);
      const isOurs =
        sealed.length >= HEADER_BYTES + NONCE_BYTES + TAG_BYTES && sealed[0] === VERSION;
      const subkey = isOurs ? subkeyFor(header) : null;
      return subkey && decipher(subkey, sealed, authenticated(header, context));
    },
  };
}

/** What `seal` made of the JSON of a value; undefined for what cannot be opened, or is no JSON. */
export function openJson(sealer: Sealer, stored: string, context: string): unknown {
  const plain = sealer.open(stored, context);
  try {
    return plain === null ? undefined : JSON.parse(plain);
  } catch {
    return undefined;
  }
}

type Key = { readonly id: Buffer; readonly secret: KeyObject };

function parseKey(base64: string): Key {
  const bytes = Buffer.from(base64, 'base64');
  const id = hash('sha256', bytes, 'buffer').subarray(0, KEY_ID_BYTES);
  return { id, secret: createSecretKey(bytes) };
}

type Subkey = { readonly header: Buffer; readonly subkey: KeyObject; messages: number };

function newSubkey({ id, secret }: Key): Subkey {
  const salt = randomBytes(SALT_BYTES);
  const header = Buffer.concat([Buffer.of(VERSION), id, salt]);
  return { header, subkey: deriveSubkey(secret, salt), messages: 0 };
}

function deriveSubkey(secret: KeyObject, salt: Buffer): KeyObject {
  const bytes = hkdfSync('sha256', secret, salt, 'sluice: sealed in redis', KEY_BYTES);
  return createSecretKey(Buffer.from(bytes));
}

/** The header is of one length, so that no two pairs are the same bytes. */
function authenticated(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context)]);
}

/** Null when anything was changed. */
function decipher(subkey: KeyObject, sealed: Buffer, additional: Buffer): string | null {
  const body = sealed.subarray(HEADER_BYTES);
  const nonce = body.subarray(0, NONCE_BYTES);
  const opening = createDecipheriv(ALGORITHM, subkey, nonce, { authTagLength: TAG_BYTES });
  opening.setAAD(additional).setAuthTag(body.subarray(-TAG_BYTES));
  try {
    const plain = opening.update(body.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8');
    return plain + opening.final('utf8');
  } catch {
    return null;
  }
}
