import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = new URL('../..', import.meta.url).pathname;

/**
 * What the tests of a run leave behind for the search for leaks: whatever gateways said where no
 * prompt, answer or key may stand, and the prompts, answers and keys that they were given.
 */
export type Evidence = Said | Secret;

export type Said = {
  readonly said: string;
  readonly where: 'log' | 'error message';
  /** The file of the test. */
  readonly test: string;
};

export type Secret = { readonly secret: string; readonly kind: 'prompt' | 'answer' | 'key' };

/** Names the folder that the evidence of a run goes to; `global-setup.ts` makes it. Outside a run it is not set. */
export const EVIDENCE_FOLDER = 'TEST_EVIDENCE_FOLDER';

/** As many characters in a row of a secret, found anywhere else, are a leak; of a shorter secret it takes all. */
const LEAK_CHARACTERS = 16;
/**
 * Each secret is looked for by pieces of this length; they begin so close to each other that every leak holds a
 * whole one. A secret that is shorter than one is not looked for: a word is said by chance.
 */
const PIECE_CHARACTERS = 12;
const PIECE_STEP = LEAK_CHARACTERS - PIECE_CHARACTERS + 1;
/** Fewer different ones make a rule or a gap, which anybody draws. */
const LEAST_VARIETY = 6;

type Leak = {
  readonly kind: Secret['kind'];
  /** What the secret and what was said have in common. */
  readonly leaked: string;
  readonly said: Said;
};

/**
 * Where a secret, or a good part of it, was said. Text that stands in the source of the gateway is its own, whoever
 * else has said it too.
 */
export function findLeaks(evidence: readonly Evidence[], source: string): Leak[] {
  const pieces = new Map<string, Secret>();
  for (const item of evidence) {
    if ('secret' in item) addPieces(pieces, item);
  }
  const leaks = new Map<string, Leak>();
  for (const said of evidence) {
    if (!('said' in said)) continue;
    for (const text of stringsIn(said.said)) {
      const leak = leakIn(text, pieces, source);
      if (leak !== null) leaks.set(`${leak.leaked} ${said.test}`, { ...leak, said });
    }
  }
  return [...leaks.values()];
}

function addPieces(pieces: Map<string, Secret>, { secret: whole, kind }: Secret) {
  const secret = whole.trim();
  for (let start = 0; start + PIECE_CHARACTERS <= secret.length; start += PIECE_STEP) {
    const piece = secret.slice(start, start + PIECE_CHARACTERS);
    if (new Set(piece).size >= LEAST_VARIETY) pieces.set(piece, { secret, kind });
  }
}

function leakIn(
  text: string,
  pieces: ReadonlyMap<string, Secret>,
  source: string,
): Omit<Leak, 'said'> | null {
  for (let start = 0; start + PIECE_CHARACTERS <= text.length; start++) {
    const found = pieces.get(text.slice(start, start + PIECE_CHARACTERS));
    if (found === undefined) continue;
    const { secret, kind } = found;
    const leaked = inCommon(text, start, secret);
    const enough = Math.min(secret.length, LEAK_CHARACTERS);
    if (leaked.length >= enough && !source.includes(leaked)) return { kind, leaked };
  }
  return null;
}

/** The longest run of characters around the piece at `start` that `secret` has as well. */
function inCommon(text: string, start: number, secret: string): string {
  let from = start;
  let to = start + PIECE_CHARACTERS;
  while (from > 0 && secret.includes(text.slice(from - 1, to))) from -= 1;
  while (to < text.length && secret.includes(text.slice(from, to + 1))) to += 1;
  return text.slice(from, to);
}

/** All texts in a line of JSON, as they were before they were escaped; else the line itself. */
function stringsIn(line: string): string[] {
  if (!line.startsWith('{')) return [line];
  const strings: string[] = [];
  try {
    JSON.parse(line, (name, value: unknown) => {
      strings.push(name);
      if (typeof value === 'string') strings.push(value);
      return value;
    });
  } catch {
    return [line];
  }
  return strings;
}

/** All that the tests of a run have left in `folder`. */
export function readEvidence(folder: string): Evidence[] {
  return globSync('*.jsonl', { cwd: folder }).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Evidence),
  );
}

/** The text of the gateway's own source. */
export function readSource(): string {
  return globSync('src/**/*.ts', { cwd: ROOT })
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
}

export function describeLeak({ kind, leaked, said: { said, where, test } }: Leak): string {
  const [whose, place] = [kind, where].map((noun) => `${/^[ae]/.test(noun) ? 'an' : 'a'} ${noun}`);
  return `${JSON.stringify(leaked)}, of ${whose}, is in ${place} in ${relative(ROOT, test)}: ${said.slice(0, SHOWN_CHARACTERS)}`;
}

const SHOWN_CHARACTERS = 500;
