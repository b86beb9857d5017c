/**
 * The words that a contracted lower-case word stands for, or null when it is none. Written with or without the
 * apostrophe where that makes no other word: "don't" and "dont", but not "well" and "we'll".
 */
export function expanded(word: string): readonly string[] | null {
  const listed = LISTED.get(word);
  if (listed !== undefined) return listed;
  const apostrophe = word.lastIndexOf("'");
  if (apostrophe < 1) return null;
  const ending = word.slice(apostrophe);
  if (ending === "'t" && word.charAt(apostrophe - 1) === 'n') {
    return apostrophe === 1 ? ['not'] : [word.slice(0, apostrophe - 1), 'not'];
  }
  const verb = ENDINGS.get(ending);
  return verb === undefined ? null : [word.slice(0, apostrophe), verb];
}

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ["'re", 'are'],
  ["'ve", 'have'],
  ["'ll", 'will'],
  ["'d", 'would'],
  ["'m", 'am'],
]);

/** Words behind which 's is a verb; elsewhere it is a possessive. */
const BEFORE_IS = 'what who where when why how that there here it he she this'.split(' ');

const NEGATED =
  'do does did is are was were has have had would could should must need might ought'.split(' ');

const LISTED: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...BEFORE_IS.map((word): [string, string[]] => [`${word}'s`, [word, 'is']]),
  ...NEGATED.filter((word) => word !== 'need' && word !== 'ought').map(
    (word): [string, string[]] => [`${word}nt`, [word, 'not']],
  ),
  ["let's", ['let', 'us']],
  ["can't", ['can', 'not']],
  ['cant', ['can', 'not']],
  ['cannot', ['can', 'not']],
  ["won't", ['will', 'not']],
  ["shan't", ['shall', 'not']],
  ["ain't", ['is', 'not']],
  ['whats', ['what', 'is']],
  ['whos', ['who', 'is']],
  ['wheres', ['where', 'is']],
  ['hows', ['how', 'is']],
  ['thats', ['that', 'is']],
  ['theres', ['there', 'is']],
  ['im', ['i', 'am']],
  ['ive', ['i', 'have']],
  ['youre', ['you', 'are']],
  ['youve', ['you', 'have']],
  ['theyre', ['they', 'are']],
  ["how'd", ['how', 'did']],
  ["where'd", ['where', 'did']],
  ["why'd", ['why', 'did']],
  ["when'd", ['when', 'did']],
  ["what'd", ['what', 'did']],
  ['gonna', ['going', 'to']],
  ['wanna', ['want', 'to']],
  ['gotta', ['have', 'to']],
  ['gimme', ['give', 'me']],
  ['lemme', ['let', 'me']],
  ['alot', ['a', 'lot']],
  ["y'all", ['you', 'all']],
  ["o'clock", ["o'clock"]],
]);
