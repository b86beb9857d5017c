/**
 * Parts the evaluation data once and for all into `train.jsonl`, `calibrate.jsonl` and `test.jsonl`:
 *
 *     node eval/cache/split.ts OUT PAIRS... [--clusters CLUSTERS]
 *
 * Questions that hang together, by a pair or by a cluster, go to the same part, so that no part has seen a question of
 * another one. Which part that is depends on the words of the questions alone.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

type Pair = {
  readonly source: string;
  readonly kind: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
};
type Cluster = { readonly cluster: number; readonly prompts: readonly string[] };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { clusters: { type: 'string' } },
});
const [out, ...pairFiles] = positionals;
if (out === undefined || pairFiles.length === 0) {
  throw new Error('Usage: node eval/cache/split.ts OUT PAIRS... [--clusters CLUSTERS]');
}

const pairs = pairFiles.flatMap((file) => readLines<Pair>(file));
const clusters = values.clusters === undefined ? [] : readLines<Cluster>(values.clusters);

const parents = new Map<string, string>();
for (const { source, a, b } of pairs) link(nodeOf(source, a), nodeOf(source, b));
for (const { prompts } of clusters) {
  for (const prompt of prompts) link(nodeOf('qqp', prompts[0] ?? ''), nodeOf('qqp', prompt));
}

mkdirSync(out, { recursive: true });
for (const part of ['train', 'calibrate', 'test']) {
  const inPart = (source: string, prompt: string) =>
    partOf(rootOf(nodeOf(source, prompt))) === part;
  write(
    `${part}.jsonl`,
    pairs.filter(({ source, a }) => inPart(source, a)),
  );
  write(
    `${part}-clusters.jsonl`,
    clusters.filter(({ prompts }) => inPart('qqp', prompts[0] ?? '')),
  );
}

/** CheckList's pairs share first halves by their making: each pair is by itself. */
function nodeOf(source: string, prompt: string): string {
  return `${source === 'paws-qqp' ? 'qqp' : source}\n${prompt.trim().toLowerCase()}`;
}

function rootOf(node: string): string {
  let root = node;
  for (let parent = parents.get(root); parent !== undefined && parent !== root; ) {
    root = parent;
    parent = parents.get(root);
  }
  return root;
}

/** The root is the first of its questions in the order of their characters, so that order of files does not matter. */
function link(one: string, other: string) {
  const [root, child] = [rootOf(one), rootOf(other)].sort();
  if (root === undefined || child === undefined) return;
  parents.set(root, root);
  parents.set(child, root);
}

function partOf(root: string): string {
  const share = createHash('sha256').update(root).digest().readUInt32LE() / 2 ** 32;
  if (share < 0.7) return 'train';
  return share < 0.85 ? 'calibrate' : 'test';
}

function readLines<Row>(file: string): Row[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

function write(name: string, rows: readonly unknown[]) {
  writeFileSync(join(out ?? '', name), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
