import { z } from 'zod';
import { hashOfKey, type Keys } from './keys.ts';
import {
  type KeyEntry,
  keyEntry,
  type TenantEntry,
  type TermFields,
  tenantEntry,
} from './keys-file-entries.ts';
import { KeysFileError } from './keys-file-error.ts';
import { problemsIn } from './keys-file-problems.ts';
import { hasFigures, termsIn } from './terms.ts';

/** A shorter key can be guessed by trying. */
const SHORTEST_SAFE_KEY = 16;

const file = z.strictObject(
  {
    keys: z.array(z.unknown(), { error: 'must be a list of keys' }),
    tenants: z.array(z.unknown(), { error: 'must be a list of tenants' }).optional(),
  },
  { error: 'must be an object with a list of keys' },
);

/** An entry of the file, and where it stands there. */
type Placed<Entry> = Entry & { readonly place: string };

/**
 * The keys that a file tells of, in JSON, with a byte order mark or without. docs/security.md describes it.
 *
 * @throws KeysFileError that lists all problems at once, by their place, and shows no key
 */
export function parseKeysFile(text: string): Keys {
  const problems: string[] = [];
  const content = parse(file, parseJson(text, problems), '', problems);
  const keys = parseEach(keyEntry, 'keys', content?.keys, problems);
  const tenants = parseEach(tenantEntry, 'tenants', content?.tenants, problems);
  const keyByHash = indexBy(hashOf, 'is the same key as', keys, problems);
  const tenantByName = indexBy(({ tenant }) => tenant, 'is the same tenant as', tenants, problems);
  if (problems.length > 0) throw new KeysFileError(problems);

  return toKeys(keyByHash, tenantByName);
}

function toKeys(
  keyByHash: ReadonlyMap<string, Placed<KeyEntry>>,
  tenantByName: ReadonlyMap<string, Placed<TenantEntry>>,
): Keys {
  const entries = [...keyByHash.values(), ...tenantByName.values()];
  const counted = new Set(entries.filter(hasFigures).map(({ tenant }) => tenant));
  const termsOf = (tenant: string, own: TermFields) =>
    termsIn(own, tenantByName.get(tenant) ?? {}, counted.has(tenant));
  const principalOf = (entry: KeyEntry) => ({
    tenant: entry.tenant,
    user: entry.user ?? null,
    operator: entry.operator ?? false,
    ...termsOf(entry.tenant, entry),
  });
  return {
    principals: new Map([...keyByHash].map(([hash, entry]) => [hash, principalOf(entry)])),
    terms: new Map(entries.map(({ tenant }) => [tenant, termsOf(tenant, {})])),
    warnings: [...keyByHash.values()].filter(canBeGuessed).map(guessable),
  };
}

function parseJson(text: string, problems: string[]): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    // The message itself shows what stands there, which may be a key.
    const [where] = /line \d+ column \d+/.exec((error as Error).message) ?? [];
    problems.push(where === undefined ? 'It is not JSON.' : `It is not JSON: look at ${where}.`);
    return undefined;
  }
}

function parseEach<Schema extends z.ZodObject>(
  schema: Schema,
  list: string,
  items: readonly unknown[] = [],
  problems: string[],
): Placed<z.output<Schema>>[] {
  return items.flatMap((item, index) => {
    const place = `${list}[${index}]`;
    const entry = parse(schema, item, place, problems);
    return entry === undefined ? [] : [{ ...entry, place }];
  });
}

/** Undefined when something is wrong, which is added to `problems`. */
function parse<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
  place: string,
  problems: string[],
): z.output<Schema> | undefined {
  if (value === undefined) return undefined;
  const { data, error } = schema.safeParse(value);
  if (error !== undefined) problems.push(...problemsIn(error, place, Object.keys(schema.shape)));
  return data;
}

/** The entries by `idOf`. Those of the same id are added to `problems`. */
function indexBy<Entry>(
  idOf: (entry: Entry) => string,
  isTheSame: string,
  entries: readonly Placed<Entry>[],
  problems: string[],
): Map<string, Placed<Entry>> {
  const index = new Map<string, Placed<Entry>>();
  for (const entry of entries) {
    const id = idOf(entry);
    const first = index.get(id);
    if (first === undefined) index.set(id, entry);
    else problems.push(`${entry.place} ${isTheSame} ${first.place}.`);
  }
  return index;
}

/** The schema sees to it that one of the two is there. */
function hashOf({ key, keyHash }: KeyEntry): string {
  return keyHash ?? hashOfKey(key ?? '');
}

function canBeGuessed({ key }: KeyEntry): boolean {
  return key !== undefined && key.length < SHORTEST_SAFE_KEY;
}

function guessable({ place }: Placed<KeyEntry>): string {
  return `${place}.key has fewer than ${SHORTEST_SAFE_KEY} characters: it can be guessed by trying.`;
}
