import type { PromptText } from './complexity-text.ts';

/** What a prompt may be that any model answers. */
export type SimpleKind = 'SMALL_TALK' | 'FACT' | 'YES_NO' | 'TRIFLE';

/**
 * Which of them a prompt is, if it is one and nothing else: one short sentence, in a form that leaves nothing open.
 *
 * @param inConversation whether something was said before: then what refers to it is as hard as that was
 */
export function simpleKindOf(text: PromptText, inConversation: boolean): SimpleKind | null {
  const { sentences, words, codeLines, options } = text;
  if (codeLines > 0 || options > 0 || words.length > MOST_WORDS) return null;
  if (isSmallTalk(words, inConversation)) return 'SMALL_TALK';
  if (inConversation && words.some((word) => REFERRING.has(word))) return null;
  const asked = sentences.map(withoutCourtesy).filter((sentence) => sentence !== '');
  const [sentence, ...others] = asked;
  if (sentence === undefined || others.length > 0) return null;
  if (ABOUT_THE_ASSISTANT.test(sentence)) return 'SMALL_TALK';
  if (TRIFLE.test(sentence)) return 'TRIFLE';
  if (OPEN.test(sentence) || FORMULA.test(sentence) || isSpecialised(words)) return null;
  if (FACT.test(sentence)) return 'FACT';
  return words.length <= MOST_WORDS_OF_YES_NO && YES_NO.test(sentence) ? 'YES_NO' : null;
}

const MOST_WORDS = 13;
const MOST_WORDS_OF_YES_NO = 9;

/** Every word of it is small talk, and there is one that is nothing else. */
function isSmallTalk(words: readonly string[], inConversation: boolean): boolean {
  if (words.length === 0 || !words.every((word) => SMALL_TALK.test(word))) return false;
  return words.some((word) => (inConversation ? THANKS : GREETING).test(word));
}

const SMALL_TALK =
  /^(?:hi|hello|hey|hiya|there|good|morning|afternoon|evening|night|day|thanks|thank|you|thx|cheers|bye|goodbye|see|later|ok|okay|great|cool|nice|perfect|awesome|that|this|helped|helps|was|helpful|a|lot|so|very|much|how|are|how's|it|is|going|doing|today|what's|up|everyone|all|again|for|your|the|help|welcome|too|have|and)$/;
const THANKS = /^(?:thanks|thank|thx|cheers|bye|goodbye|hi|hello)$/;
const GREETING =
  /^(?:hi|hello|hey|hiya|thanks|thank|thx|cheers|bye|goodbye|ok|okay|morning|afternoon|evening|welcome|what's|cool|great|perfect|awesome)$/;

const ABOUT_THE_ASSISTANT =
  /^(?:who are you|what are you|what can you do|what is your name|are you (?:a |an )?(?:bot|robot|human|person|ai|machine|real|there))$/;

/** What points to what was said before. */
const REFERRING = new Set(
  'it its this that these those they them their he she his her there then one ones same other else above previous instead also again more about why how so and but'.split(
    ' ',
  ),
);

const COURTESY =
  /^(?:(?:please|pls|kindly|hi|hello|hey|ok|okay|so|question|q)[,:]? |(?:can|could|would) you (?:please )?(?:tell me|give me|say)(?: |$)|(?:tell me|i want to know|i would like to know|do you know)[,:]? )+|,? (?:please|thanks|thank you)$/g;

function withoutCourtesy(sentence: string): string {
  return /^(?:hi|hello|hey|thanks|thank you|please)$/.test(sentence)
    ? ''
    : sentence.replace(COURTESY, '').trim();
}

/** Asks for one thing that can be looked up. */
const FACT = beginning(
  '(?:(?:at|in|on|for|from|by|to|of) )?(?:what|which) (?!of)\\S+ .{0,60}\\b(?:is|are|was|were|has|have|had|does|do|did|means?|can|lays?|made|won|wrote)\\b',
  "(?:who|where|what|when)(?:[’']?s| is| are| was| were) ",
  '(?:who|when|where) ',
  'what does .{1,60} (?:mean|stand for|do\\b)',
  'how (?:many|much|old|tall|far|long|big|high|deep|heavy|fast|often|large|wide) ',
  'define \\S+(?: \\S+){0,3}$',
  '(?:list|name) (?!\\S+ for )(?:the |all |some |a |two |three |four |five )?\\S+(?: \\S+){0,5}$',
  'meaning of ',
);

/** What concerns the one who asks, or has a condition, is more than that. */
const YES_NO =
  /^(?:is|are|was|were|do|does|did|can|has|have|will) (?!i |we |my |our )(?!.*\b(?:my|our|when|if|because|or)\b)/;

/** A few words to be turned into others, or two numbers into one. */
const TRIFLE = beginning(
  '(?:how do (?:you|i) )?(?:spell|pronounce) ',
  'translate .{1,60}\\b(?:to|into|in) \\S+$',
  '(?:how do (?:you|i) say|what is) .{1,40} in (?:english|german|french|spanish|italian|chinese|japanese|portuguese|dutch|russian|latin)$',
  "(?:(?:give me|name|find|what is|what's) (?:a |an |the |one |another )?)?(?:synonym|antonym|opposite|plural|past tense|abbreviation|rhyme)s? (?:of|for|with) ",
  'convert \\$?\\d[\\d.,]* ?\\S+(?: \\S+)? (?:to|into) \\S+(?: \\S+)?$',
  "what(?:[’']?s| is)? \\d[\\d.,]*\\s?(?:[-+*/x×÷]|plus|minus|times|divided by|percent of|% of)\\s?\\d[\\d.,]*$",
  'what (?:time|day|date) is it',
  '(?:capitali[sz]e|lower-?case|upper-?case) ',
);

/** What has more than one good answer, a chain of causes behind it, or something to be worked out. */
const OPEN = anyOf(
  'implications?|consequences?|causes?|reasons?|effects?|impacts?|relationship|significance|role|purpose|mechanism|structure',
  'advantages?|disadvantages?|benefits?|drawbacks?|pros|cons|trade-?offs?|risks?|challenges?|arguments?',
  'differences?|differ|compared?|versus|vs|better|best|worse|good|happens?',
  'ways?|steps?|strateg(?:y|ies)|approach(?:es)?|ideas?|tips|examples?|recommend\\w*|suggest\\w*|what are (?:some|the (?:main|key))',
  'should|would|could|if|proof|proven|probability|expected',
  'derivative|integral|order of|product of|function of|number of ways|multiples?|sum|remainder|digits?|factors?|integers?|divisors?|area|perimeter|ratio',
);

function beginning(...ways: readonly string[]): RegExp {
  return new RegExp(`^(?:${ways.join('|')})`);
}

function anyOf(...words: readonly string[]): RegExp {
  return new RegExp(`\\b(?:${words.join('|')})\\b`);
}

const FORMULA = /[=^∑∫√≤≥∈∂∇→±×\\|{}_]|\b[a-z]\(|\d[a-z]*[-+]\d|[a-z]\d|\d-[a-z(]|\(-?\d/;

/** Two words of a trade's own language in so short a question make it a question of that trade. */
function isSpecialised(words: readonly string[]): boolean {
  return words.filter((word) => word.length >= 11).length >= 2;
}
