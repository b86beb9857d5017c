import type { Comparison } from './comparison.ts';
import type { Reading } from './reading.ts';
import { wordSet } from './word-list.ts';

/** What is to be made of it, in which form, how long, in which tone and for whom: asked of the one and not of the other. */
export function formatDifference({ readings }: Comparison): string | null {
  const [left, right] = readings.map(formatsOf);
  if (left === undefined || right === undefined) return null;
  const onlyLeft = left.filter((format) => !right.includes(format));
  const onlyRight = right.filter((format) => !left.includes(format));
  if (onlyLeft.length + onlyRight.length === 0) return null;
  return `${onlyLeft[0] ?? 'nothing'} and ${onlyRight[0] ?? 'nothing'}`;
}

function formatsOf(reading: Reading): string[] {
  const texts = reading.words.map(({ text, lemma, kind }) => (kind === 'UNIT' ? text : lemma));
  const said = ` ${texts.join(' ')} `;
  const formats = FORMATS.filter(([, pattern]) => pattern.test(said)).map(([name]) => name);
  const task = TASKS.has(texts[0] ?? '') ? [texts[0] ?? ''] : [];
  return [...task, ...formats];
}

/** Requests that ask for something else than to be told. */
const TASKS = wordSet(`
write create generate draft compose summarize translate rewrite rephrase paraphrase proofread correct convert calculate
compute compare classify extract rank sort code implement debug refactor simplify solve design plan continue count
`);

const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['table', / (?:as|in|into|using|with) (?:a |the )?(?:\w+ )?(?:table|tabular|spreadsheet) /],
  ['json', / json /],
  ['csv', / csv /],
  ['xml', / xml /],
  ['yaml', / yaml /],
  ['html', / html /],
  ['markdown', / markdown /],
  [
    'list',
    / (?:as|in) (?:a |the )?(?:\w+ )?list | bullet | bulleted | bulletpoint | numbered list /,
  ],
  ['paragraph', / (?:in|as|into) (?:a |1 |one |\d+ )?(?:\w+ )?paragraph /],
  ['sentence', / in (?:a |1 |one |\d+ )?(?:single |short |few )?sentence /],
  [
    'word',
    / in (?:a |1 |one |\d+ )?(?:single |few )?word | (?:under|within|at most|maximum|less than) \d+ (?:word|character) /,
  ],
  ['line', / in (?:a |1 |one |\d+ )(?:single |few )?line /],
  ['step by step', / step by step | stepwise /],
  [
    'short',
    / (?:brief|briefly|concisely|concise|shortly|in short|tldr|short (?:answer|summary|version|explanation)|quick (?:answer|summary)) /,
  ],
  [
    'detailed',
    / (?:in detail|in depth|detailed|thoroughly|comprehensively|elaborately|at length) /,
  ],
  [
    'simple',
    / (?:in (?:simple|plain|layman|lay|easy|basic) (?:term|word|language|english)|like i be \d|eli5|for dummy) /,
  ],
  ['beginner', / for (?:a |an |the )?(?:\w+ )?(?:beginner|novice|newbie|dummy|starter) /],
  ['expert', / for (?:a |an |the )?(?:\w+ )?(?:expert|professional|specialist|advanced) /],
  ['child', / (?:to|for|like) (?:a |an |my |the )?(?:\d+ year old |\w+ )?(?:child|kid|toddler) /],
  ['formal', / formal(?:ly)? /],
  ['informal', / (?:informal|informally|casual|casually|friendly) /],
  ['funny', / (?:funny|humorous|witty|sarcastic) /],
  ['poem', / (?:poem|haiku|limerick|rhyme|sonnet) /],
  [
    'example',
    / (?:with|include|including) (?:a |an |some |\d+ )?(?:\w+ )?example | (?:give|provide|show) (?:me )?(?:a |an |some |\d+ )?(?:\w+ )?example (?!of )/,
  ],
  [
    'code',
    / (?:sample|example|source|write|show) (?:\w+ )?code | code (?:example|sample|snippet) /,
  ],
];
