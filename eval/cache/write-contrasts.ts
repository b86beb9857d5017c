/**
 * Writes the pairs of prompts that we made ourselves, `contrasts.jsonl`, from the hand-written lists in `contrasts/`:
 *
 *     node eval/cache/write-contrasts.ts
 *
 * A list has headings `= SOURCE KIND same|different`, then one family of prompts a line, `TOPIC: ...`, in one of three
 * forms:
 *
 *     eggs: How long do {brown|white} eggs keep?       one prompt for each choice; slots of a line vary in step
 *     eggs: How long do eggs keep? => Do eggs go off?  two prompts
 *     eggs: How long do eggs keep?                     only under `case`, `spacing` and `politeness`, which change it
 *
 * Every two prompts of a family are a pair. A topic is in one part only, so that no part sees a near-copy of another
 * one; the script refuses duplicates, contradictions and near-copies in two parts.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const FOLDER = new URL('contrasts/', import.meta.url);
const OUT = new URL('contrasts.jsonl', import.meta.url);

type Pair = {
  readonly source: string;
  readonly kind: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
  readonly part: string;
};
type Heading = { readonly source: string; readonly kind: string; readonly same: boolean };

/** Words that questions about any topic share. */
const FRAME_WORDS = new Set(
  (
    'a about after all am an and any are as at be before best between by can come could dear did difference do does ' +
    'explain for from get give good had happens has have hello help her hi his how i if in instead is it its long ' +
    'main make mean many me more much my need of off often on one or our out please question quick rid s should ' +
    't take tell thank thanks that the their there they this time to use want was way what when where which who why ' +
    'will with without would write you your'
  ).split(' '),
);

const DISGUISES: Readonly<Record<string, readonly ((prompt: string) => string)[]>> = {
  case: [
    (prompt) => prompt.toUpperCase(),
    (prompt) => prompt.toLowerCase(),
    (prompt) => prompt.replace(/(^|\s)\p{L}/gu, (start) => start.toUpperCase()),
    (prompt) => prompt.charAt(0).toLowerCase() + prompt.slice(1),
  ],
  spacing: [
    (prompt) => prompt.replace(/[?.!]$/, ''),
    (prompt) => prompt.replace(/([?!])$/, ' $1'),
    (prompt) => prompt.replace(' ', '  ').replace(/ (?=\S+$)/, '   '),
    (prompt) => `  ${prompt}\n`,
    (prompt) => prompt.replace(/[?.!]$/, '$&$&$&'),
    (prompt) => `${prompt.replace(/[?.!]$/, '')} ...`,
    (prompt) => prompt.replaceAll(',', '').replace(/\?$/, '.'),
    (prompt) => `"${prompt}"`,
  ],
  politeness: [
    (prompt) => `Please help: ${prompt}`,
    (prompt) => `Hi, ${prompt} Thanks!`,
    (prompt) => `Hello there. ${prompt} Thank you in advance.`,
    (prompt) => `Quick question: ${prompt}`,
    (prompt) => `${prompt} Many thanks.`,
    (prompt) => `Good morning! ${prompt}`,
    (prompt) => `Hey, sorry to bother you, but ${prompt.charAt(0).toLowerCase()}${prompt.slice(1)}`,
    (prompt) => `Dear team, ${prompt} Kind regards`,
    (prompt) => `I have a question. ${prompt} Please and thank you!`,
    (prompt) => `${prompt} Any help is appreciated.`,
    (prompt) => `hey can you help me with this: ${prompt} thx`,
    (prompt) => `${prompt} Cheers`,
  ],
};

const partOfTopic = readTopics();
const pairs = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.txt') && name !== 'topics.txt')
  .sort()
  .flatMap(readList);

const complaints = [...repetitions(), ...crossings()];
if (complaints.length > 0) {
  console.error(complaints.join('\n'));
  throw new Error(`${complaints.length} complaints about the lists.`);
}
writeFileSync(OUT, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));

function readTopics(): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const line of readFileSync(new URL('topics.txt', FOLDER), 'utf8')
    .split('\n')
    .filter(Boolean)) {
    const [part = '', topics = ''] = line.split(': ');
    for (const topic of topics.split(' ')) {
      if (parts.has(topic)) throw new Error(`The topic ${topic} is listed twice.`);
      parts.set(topic, part);
    }
  }
  return parts;
}

function readList(name: string): Pair[] {
  const found: Pair[] = [];
  let heading: Heading | undefined;
  let disguises = 0;
  for (const line of readFileSync(new URL(name, FOLDER), 'utf8').split('\n').filter(Boolean)) {
    if (line.startsWith('= ')) {
      const [, source = '', kind = '', label = ''] = line.split(' ');
      heading = { source, kind, same: label === 'same' };
      continue;
    }
    const colon = line.indexOf(': ');
    const part = partOfTopic.get(line.slice(0, colon));
    if (heading === undefined || part === undefined)
      throw new Error(`${name}: no heading or no such topic: ${line}`);
    const prompts = familyOf(
      line.slice(colon + 2).replaceAll('\\n', '\n'),
      heading.kind,
      disguises,
    );
    if (prompts === undefined) throw new Error(`${name}: cannot read: ${line}`);
    disguises += 1;
    for (const [a, b] of everyTwo(prompts)) found.push({ ...heading, a, b, part });
  }
  return found;
}

function familyOf(text: string, kind: string, turn: number): readonly string[] | undefined {
  if (text.includes(' => ')) return /[{|]/.test(text) ? undefined : text.split(' => ');
  const choices = [...text.matchAll(/\{([^}]*)\}/g)].map(([, slot = '']) => slot.split('|').length);
  const [count] = choices;
  if (count !== undefined) {
    if (count < 2 || count > 4 || choices.some((other) => other !== count)) return undefined;
    return Array.from({ length: count }, (_, choice) => fill(text, choice));
  }
  const disguises = DISGUISES[kind] ?? [];
  const inTurn = disguises.map(
    (_, at) => disguises[(turn + at) % disguises.length]?.(text) ?? text,
  );
  const disguised = inTurn.find((other) => other !== text);
  return disguised === undefined ? undefined : [text, disguised];
}

/** An empty choice leaves no gap behind. */
function fill(text: string, choice: number): string {
  return text
    .replace(/\{([^}]*)\}/g, (_, slot: string) => slot.split('|')[choice] ?? '')
    .replace(/ {2,}/g, ' ')
    .replace(/ (?=[,.?!:;](\s|$))/g, '')
    .trim();
}

function everyTwo(prompts: readonly string[]): (readonly [string, string])[] {
  return prompts.flatMap((a, at) => prompts.slice(at + 1).map((b) => [a, b] as const));
}

function repetitions(): string[] {
  const seen = new Set<string>();
  return pairs.flatMap(({ a, b }) => {
    const key = [a, b].sort().join('\n');
    if (a !== b && !seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [`Twice, or equal: ${a} => ${b}`];
  });
}

/** Near-copies share two words that carry meaning, which are most of such words. */
function crossings(): string[] {
  const partOfPrompt = new Map<string, string>();
  for (const { a, b, part } of pairs) partOfPrompt.set(a, part).set(b, part);
  const prompts = [...partOfPrompt].map(([prompt, part]) => ({
    prompt,
    part,
    words: wordsOf(prompt),
  }));
  const complaints = pairs.flatMap(({ a, b, part }) =>
    partOfPrompt.get(a) === part && partOfPrompt.get(b) === part
      ? []
      : [`In two parts: ${a} => ${b}`],
  );
  for (const [at, one] of prompts.entries()) {
    for (const other of prompts.slice(at + 1)) {
      if (one.part !== other.part && areNearCopies(one.words, other.words)) {
        complaints.push(
          `Near-copies in ${one.part} and ${other.part}: ${one.prompt} => ${other.prompt}`,
        );
      }
    }
  }
  return complaints;
}

function wordsOf(prompt: string): ReadonlySet<string> {
  return new Set(
    prompt
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu)
      ?.filter((word) => !FRAME_WORDS.has(word)) ?? [],
  );
}

function areNearCopies(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  let shared = 0;
  for (const word of one) if (other.has(word)) shared += 1;
  return shared >= 2 && shared >= 0.6 * (one.size + other.size - shared);
}
