import { type SimpleKind, simpleKindOf } from './complexity-questions.ts';
import { type Task, tasksIn } from './complexity-tasks.ts';
import type { PromptText } from './complexity-text.ts';

/** Something in a request that tells of its difficulty. */
export type Signal = {
  readonly name: string;
  /** Above 0: harder. */
  readonly weight: number;
  /** Completes "The prompt …". */
  readonly phrase: string;
};

/** What stands around a prompt and may make it harder. */
export type Surroundings = {
  /** Earlier messages. */
  readonly messages: number;
  /** The JSON Schema that the answer must follow, as text. */
  readonly schema: string | null;
};

/** The signals that need no knowledge of the language; each at most once. */
export function formalSignals(text: PromptText, { messages, schema }: Surroundings): Signal[] {
  const { instruction, codeLines, pastedChars } = text;
  const formulas = countOf(instruction, FORMULA);
  return [
    stepped('code', codeLines, [1, 25], 'has code'),
    stepped('formulas', formulas, [1, 6], 'has formulas'),
    stepped('pasted text', pastedChars, [500, 2_000], 'comes with a long text'),
    stepped('schema', fieldsIn(schema), [8, 25], 'wants many fields of JSON'),
    stepped('conversation', messages, [6], 'ends a long conversation'),
  ].filter(isPresent);
}

/** The signals that only an English text can give. */
export function wordSignals(text: PromptText, { messages }: Surroundings): Signal[] {
  const simple = simpleKindOf(text, messages > 0);
  if (simple !== null) return [SIMPLE[simple]];
  const { instruction, words, sentences } = text;
  const tasks = tasksIn(sentences);
  const figures = countOf(instruction, FIGURE);
  const conditions = countOf(instruction, CONDITION);
  const constraints = countOf(instruction, CONSTRAINT);
  const terms = words.filter((word) => /^[a-z-]{11,}$/.test(word)).length;
  return [
    hardestTask(tasks),
    stepped('tasks', tasks.length, [2, 3, 5], `asks for ${tasks.length} things`),
    stepped(
      'figures',
      figuresThatCount(instruction, figures),
      [2, 3, 4],
      'gives several figures to reckon with',
    ),
    stepped('data', figures, [5], 'has many figures'),
    stepped('conditions', conditions, [1], 'sets conditions'),
    stepped('constraints', constraints, [2, 5], 'sets constraints'),
    stepped('depth', countOf(instruction, DEPTH), [1, 3], 'asks for reasons and counter-reasons'),
    stepped('comparison', countOf(instruction, COMPARISON), [1], 'asks for a comparison'),
    stepped('long answer', countOf(instruction, LONG_FORM), [1], 'asks for a long text'),
    stepped('parts', commasAfterColon(instruction), [3], 'lists the parts of its answer'),
    stepped('terms', terms, [3, 7], 'uses the terms of a trade'),
    stepped('length', words.length, [40, 100], 'is long'),
    stepped('case', sentences.length - tasks.length, [3], 'describes a case'),
    faultInCode(text),
  ].filter(isPresent);
}

const SIMPLE: Readonly<Record<SimpleKind, Signal>> = {
  SMALL_TALK: { name: 'small talk', weight: -4, phrase: 'is small talk' },
  FACT: { name: 'one fact', weight: -3, phrase: 'asks for one fact' },
  YES_NO: { name: 'yes or no', weight: -3, phrase: 'asks for a yes or a no' },
  TRIFLE: { name: 'trifle', weight: -3, phrase: 'asks to turn a few words or numbers into others' },
};

const TASKS: Readonly<Partial<Record<Task, Signal>>> = {
  PROVE: { name: 'proof', weight: 3, phrase: 'asks for a proof' },
  DESIGN: { name: 'design', weight: 2, phrase: 'asks for a design' },
  CODE: { name: 'programming', weight: 2, phrase: 'asks for a program' },
  ANALYSE: { name: 'analysis', weight: 2, phrase: 'asks for an analysis' },
  SOLVE: { name: 'problem', weight: 1, phrase: 'sets a problem' },
  EXPLAIN: { name: 'explanation', weight: 1, phrase: 'asks for an explanation' },
};

function hardestTask(tasks: readonly Task[]): Signal | null {
  const signals = tasks.flatMap((task) => TASKS[task] ?? []);
  return signals.reduce<Signal | null>(
    (hardest, each) => (hardest !== null && hardest.weight >= each.weight ? hardest : each),
    null,
  );
}

/** Numbers matter where a quantity is asked for. */
function figuresThatCount(instruction: string, figures: number): number {
  return QUANTITY.test(instruction) ? figures : 0;
}

function commasAfterColon(instruction: string): number {
  const colon = instruction.indexOf(': ');
  return colon === -1 ? 0 : countOf(instruction.slice(colon), /, /g);
}

function faultInCode({ instruction, codeLines }: PromptText): Signal | null {
  if (codeLines === 0 || !FAULT.test(instruction)) return null;
  return { name: 'fault', weight: 2, phrase: 'asks what is wrong with code' };
}

/** One for each step that the count reaches; null when it reaches none. */
function stepped(
  name: string,
  count: number,
  steps: readonly number[],
  phrase: string,
): Signal | null {
  const weight = steps.filter((step) => count >= step).length;
  return weight === 0 ? null : { name, weight, phrase };
}

function isPresent(signal: Signal | null): signal is Signal {
  return signal !== null;
}

function countOf(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** How much of a schema is looked at; a longer one has reached the last step. */
const LONGEST_SCHEMA = 8_000;

function fieldsIn(schema: string | null): number {
  return schema === null
    ? 0
    : countOf(schema.slice(0, LONGEST_SCHEMA), /"(?:type|enum|\$ref)"\s*:/g);
}

const FORMULA =
  /[=^∑∫√≤≥∈∂∇→±×⊂∪∩]|\\(?:frac|sqrt|int|sum|begin|left|mathbb|alpha|beta|cdot)|\$[^$\d][^$]{0,60}\$|\b[a-z]\([a-z0-9, ]{1,12}\)|\b(?:[a-z]{1,2}\d+){2,}|_\{?[a-z0-9]\b/g;

const NUMBER_WORD =
  'two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|half|dozen|twice|double|triple';
const FIGURE = new RegExp(`\\d+(?:[.,:/]\\d+)*|\\b(?:${NUMBER_WORD})\\b`, 'g');

const QUANTITY =
  /\b(?:how (?:many|much|long|far|old|fast|often)|when and where|calculate|compute|work out|find|what (?:is|was|will|are|percent\w*|fraction|does)|probability|sensitiv\w+|in total|altogether)\b/;

const CONDITION =
  /\b(?:if|suppose|assum(?:e|ing)|given (?:that|a|an|the)|unless|provided that|such that|subject to)\b/g;

const CONSTRAINT =
  /\b(?:must|at (?:most|least)|no more than|no fewer than|not more than|exactly|without|only|do(?:es)? not|cannot|never|always|ensur\w+|includ\w+|maximum|minimum|within|for each|in each|of each|has to|have to|so that|remains?|keep)\b/g;

const DEPTH =
  /\b(?:step by step|trade-?offs?|pros and cons|justif\w+|rigorous\w*|in detail|counter-?arguments?|critical\w*|sensitivit\w+|edge cases?|scenarios?|root causes?|assumptions?|comprehensive\w*|thorough\w*|in how many ways|prioriti\w+)\b/g;

const COMPARISON =
  /\b(?:difference between|differs? from|compar\w+|versus|vs|contrast\w*|which is better|better than)\b/g;

const LONG_FORM =
  /\b(?:essay|report|business plan|white ?paper|thesis|dissertation|specification|proposal|\d{3,}[- ]words?)\b/g;

const FAULT =
  /\b(?:errors?|exceptions?|bugs?|fail(?:s|ed|ing)?|crash\w*|traceback|wrong|not work\w*|doesn't work|deadlock\w*|leak\w*|hangs?)\b/;
