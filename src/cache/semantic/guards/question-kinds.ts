import { wordSet } from './word-list.ts';

/**
 * What kind of answer a sentence asks for. `NONE`: it asks nothing, or only names what it is about.
 * `EXPLAIN` is to be told all about it, what it is and how. `WHAT` is the widest: "which", "tell me about", "list".
 */
export type QuestionKind =
  | 'NONE'
  | 'EXPLAIN'
  | 'WHAT'
  | 'HOW'
  | 'DEGREE'
  | 'WHETHER'
  | 'WHO'
  | 'WHOSE'
  | 'WHEN'
  | 'WHERE'
  | 'WHY'
  | 'NUMBER'
  | 'LENGTH'
  | 'AGE'
  | 'HEIGHT'
  | 'WEIGHT'
  | 'PRICE'
  | 'DISTANCE'
  | 'SIZE'
  | 'SPEED'
  | 'FREQUENCY'
  | 'DEPTH'
  | 'WIDTH';

/** What is asked for by "how" and the word behind it. */
export const MEASURES: ReadonlyMap<string, QuestionKind> = new Map([
  ['many', 'NUMBER'],
  ['much', 'NUMBER'],
  ['long', 'LENGTH'],
  ['old', 'AGE'],
  ['tall', 'HEIGHT'],
  ['high', 'HEIGHT'],
  ['heavy', 'WEIGHT'],
  ['far', 'DISTANCE'],
  ['big', 'SIZE'],
  ['large', 'SIZE'],
  ['fast', 'SPEED'],
  ['quickly', 'SPEED'],
  ['often', 'FREQUENCY'],
  ['frequently', 'FREQUENCY'],
  ['deep', 'DEPTH'],
  ['wide', 'WIDTH'],
  ['soon', 'WHEN'],
  ['come', 'WHY'],
]);

/** "what time", "in which year" */
export const ASKED_NOUNS: ReadonlyMap<string, QuestionKind> = new Map([
  ['time', 'WHEN'],
  ['date', 'WHEN'],
  ['year', 'WHEN'],
  ['day', 'WHEN'],
  ['month', 'WHEN'],
]);

/** "what is the reason for" */
export const ASKED_OF: ReadonlyMap<string, QuestionKind> = new Map([
  ['reason', 'WHY'],
  ['reasons', 'WHY'],
  ['cause', 'WHY'],
  ['causes', 'WHY'],
  ['number', 'NUMBER'],
  ['amount', 'NUMBER'],
  ['quantity', 'NUMBER'],
  ['age', 'AGE'],
  ['height', 'HEIGHT'],
  ['weight', 'WEIGHT'],
  ['price', 'PRICE'],
  ['cost', 'PRICE'],
  ['distance', 'DISTANCE'],
  ['size', 'SIZE'],
  ['speed', 'SPEED'],
  ['frequency', 'FREQUENCY'],
  ['length', 'LENGTH'],
  ['duration', 'LENGTH'],
  ['depth', 'DEPTH'],
  ['width', 'WIDTH'],
  ['location', 'WHERE'],
]);

/** The noun that a measured question could have been asked with. */
export const NOUN_OF_KIND: ReadonlyMap<QuestionKind, ReadonlySet<string>> = new Map<
  QuestionKind,
  ReadonlySet<string>
>([
  ['NUMBER', wordSet('number amount quantity count')],
  ['AGE', wordSet('age')],
  ['HEIGHT', wordSet('height altitude')],
  ['WEIGHT', wordSet('weight weigh')],
  ['PRICE', wordSet('price cost fee charge')],
  ['DISTANCE', wordSet('distance')],
  ['SIZE', wordSet('size')],
  ['SPEED', wordSet('speed')],
  ['FREQUENCY', wordSet('frequency')],
  ['LENGTH', wordSet('length duration time period lifespan')],
  ['DEPTH', wordSet('depth')],
  ['WIDTH', wordSet('width')],
  ['WHERE', wordSet('location place')],
  ['WHEN', wordSet('time date year day point age week deadline season month hour')],
  ['WHO', wordSet('person name')],
  ['WHY', wordSet('reason cause')],
]);
