import type { Token } from './token.ts';
import { wordSet } from './word-list.ts';

/**
 * The tokens without what is said only to be polite or to open a talk: "Hi, could you please tell me …, thanks". What
 * was asked in a subordinate clause begins with its question word or "whether". If there is nothing but courtesy, all
 * of it stays.
 */
export function withoutCourtesy(tokens: readonly Token[]): readonly Token[] {
  const blunt = tokens.filter(
    (token, index) => !isPlease(token, tokens[index - 1], tokens[index + 1]),
  );
  const sentences = sentencesOf(blunt).map(withoutCalls).map(withoutOpeners);
  const kept = sentences.filter((sentence) => sentence.length > 0).flat();
  return kept.length > 0 ? kept : tokens;
}

/** The sentence; nothing of it if it only calls: "Help!", "Kind regards". */
function withoutCalls(sentence: readonly Token[]): readonly Token[] {
  return CALLS.has(sentence.map(({ text }) => text).join(' ')) ? [] : sentence;
}

const CALLS: ReadonlySet<string> = new Set([
  'help',
  'help me',
  'urgent',
  'kind regards',
  'best regards',
  'regards',
  'sincerely',
  'thanks and regards',
]);

function isPlease(token: Token, before?: Token, next?: Token): boolean {
  if (token.text !== 'kindly' && token.text !== 'please') return false;
  // How one treats people kindly is no courtesy.
  if (token.text === 'kindly' && token.pause === 'NONE' && !REQUESTS.has(next?.text ?? ''))
    return false;
  return before === undefined || !BEFORE_MENTION.has(before.text);
}

/** Behind these a word of courtesy is what is talked about: "how do you spell sincerely", "what does please mean". */
const BEFORE_MENTION = wordSet(
  'to say saying said spell spelling pronounce pronouncing write writing mean meaning does is word term',
);

/** The tokens in sentences: a sentence ends at a full stop, a question mark and the like. */
export function sentencesOf(tokens: readonly Token[]): Token[][] {
  const sentences: Token[][] = [];
  for (const token of tokens) {
    const last = sentences.at(-1);
    if (last === undefined || token.pause === 'END') sentences.push([token]);
    else last.push(token);
  }
  return sentences;
}

function withoutOpeners(sentence: readonly Token[]): Token[] {
  let start = 0;
  for (;;) {
    const length = openerAt(sentence, start);
    if (length === 0) break;
    start += length;
  }
  const end = endWithoutClosers(sentence, start);
  const rest = sentence.slice(start, isForMe(sentence, start, end) ? end - 2 : end);
  const [first, ...others] = rest;
  if (first === undefined || start === 0) return rest;
  const text =
    first.text === 'if' && start > 0 && !isGreeting(sentence, start) ? 'whether' : first.text;
  return [{ ...first, text, pause: 'END', joint: '' }, ...others];
}

/** Whether nothing but greetings was said before: an "if" after those opens a condition. */
function isGreeting(sentence: readonly Token[], end: number): boolean {
  return sentence.slice(0, end).every(({ text }) => GREETING_WORDS.has(text));
}

/** How many tokens of courtesy stand at `start`; 0 for none. */
function openerAt(sentence: readonly Token[], start: number): number {
  const phrases = OPENERS.get(sentence[start]?.text ?? '');
  if (phrases === undefined) return 0;
  for (const { words, before } of phrases) {
    if (!words.every((word, index) => sentence[start + index]?.text === word)) continue;
    const next = sentence[start + words.length];
    const second = sentence[start + words.length + 1];
    if (BEFORE[before](next, second) && !asksAbility(words, next, second)) return words.length;
  }
  return 0;
}

/** "Do you know how to swim" asks whether one can. */
function asksAbility(words: readonly string[], next?: Token, second?: Token): boolean {
  return words[0] === 'do' && next?.text === 'how' && second?.text === 'to';
}

/** "Summarize it for me" */
function isForMe(sentence: readonly Token[], start: number, end: number): boolean {
  if (end - start < 4 || !REQUESTS.has(sentence[start]?.text ?? '')) return false;
  return sentence[end - 2]?.text === 'for' && sentence[end - 1]?.text === 'me';
}

function endWithoutClosers(sentence: readonly Token[], start: number): number {
  for (const words of CLOSERS) {
    const from = sentence.length - words.length;
    const isMentioned = words.length < 3 && BEFORE_MENTION.has(sentence[from - 1]?.text ?? '');
    if (
      from > start &&
      !isMentioned &&
      words.every((word, index) => sentence[from + index]?.text === word)
    )
      return from;
  }
  return sentence.length;
}

/** What must follow for a phrase to be mere courtesy. */
type Following = 'ANYTHING' | 'QUESTION' | 'REQUEST';

const BEFORE: Readonly<Record<Following, (next?: Token, second?: Token) => boolean>> = {
  ANYTHING: () => true,
  QUESTION: (next, second) =>
    next !== undefined &&
    (QUESTION_WORDS.has(next.text) ||
      (PREPOSITIONS.has(next.text) && QUESTION_WORDS.has(second?.text ?? ''))),
  REQUEST: (next) => next !== undefined && REQUESTS.has(next.text),
};

const QUESTION_WORDS = wordSet('what which who whom whose when where why how if whether');
const PREPOSITIONS = wordSet('in on at by for from to of with');

/** What an assistant is asked to do; "can you swim" is a question. */
const REQUESTS = wordSet(`
explain describe define tell give provide list name show write create generate make draft compose suggest recommend
summarize translate compare calculate compute convert find help outline elaborate clarify discuss analyze evaluate
identify propose rewrite rephrase paraphrase correct proofread fix improve design plan prepare produce share walk
teach guide tell answer solve simplify format classify extract sort rank complete continue state specify enumerate
advise code implement debug refactor optimize review
`);

const GREETING_WORDS = wordSet(`
hi hello hey there dear sir madam good morning afternoon evening everyone all guys team so well ok okay um thanks thank
you much very lot a in advance please folks greetings
`);

type Opener = { readonly words: readonly string[]; readonly before: Following };

const OPENERS = openersOf({
  ANYTHING: `
dear team|dear all|dear support|hi there|hello there|hey there|hi everyone|hello everyone|hi all|hi guys|hi|hello|hey|greetings|good morning|
good afternoon|good evening|dear sir|dear sir or madam|thanks in advance|thanks a lot|thanks so much|thanks very much|
thank you in advance|thank you so much|thank you very much|thank you|thanks|many thanks|cheers|much appreciated|
i have a question about this|i have a quick question|i have a question|quick question|a quick question|
just a quick question|my question is|here is my question|question|i hope you are well|i hope you are doing well|
i hope this finds you well|i would appreciate it|i appreciate it|i appreciate your help|okay|ok|um|hmm|so|well then|
any help is appreciated|any help would be appreciated|i would be grateful|just out of curiosity|out of curiosity|
i was just wondering about this|i would like to ask|i want to ask|i need to ask you|i have to ask|
sorry to bother you|excuse me|sorry|just curious|just wondering|tell me this|i need your help|i need some help|
can you help me|could you help me|can you help me with this|could you help me with this|can you help|could you help|
appreciate it|appreciate your help
`,
  QUESTION: `
can you tell me|could you tell me|would you tell me|will you tell me|can you let me know|could you let me know|
can you inform me|could you inform me|can you explain to me|could you explain to me|can you help me understand|
could you help me understand|help me understand|could you help me find out|can you help me find out|do you know|
do you happen to know|does anyone know|does someone know|does anybody know|do you have any idea|have you any idea|
any idea|any ideas|i want to know|i would like to know|i would love to know|i need to know|i wish to know|
i am curious to know|i am curious|i am curious about|i wonder|i was wondering|i am wondering|i was just wondering|
i am trying to find out|i am trying to understand|i am trying to figure out|i would like to find out|
i would like to understand|i want to understand|i want to find out|i need to find out|may i know|may i ask|can i ask|
could i ask|can i know|could i know|might i ask|tell me|just tell me|let me know|please let me know|
would you mind telling me|would you be able to tell me|would you be so kind as to tell me|
are you able to tell me|would you please tell me|i was hoping you could tell me|i would be grateful if you could tell me|
could you possibly tell me|can you possibly tell me|could you quickly tell me|can you quickly tell me|
i would appreciate it if you could tell me|i do not know|i am not sure|i need help understanding|i need help figuring out|
can someone tell me|could someone tell me|can anyone tell me|could anyone tell me|can somebody tell me|
someone tell me|can someone explain to me|you know|explain|explain to me|can you explain|could you explain|
would you explain|show me|can you show me|could you show me|teach me|advise me on
`,
  REQUEST: `
can you|could you|would you|will you|can you help me|could you help me|can you help me to|could you help me to|help me|
help me to|i want you to|i would like you to|i need you to|can someone|could someone|can anyone|could anyone|
can you possibly|could you possibly|could you quickly|can you quickly|can you just|could you just|i need help to|
would you be able to|would you be so kind as to|would you be kind enough to|are you able to|
i was hoping you could|i would appreciate it if you could|i would be grateful if you could|you can|just
`,
});

function openersOf(phrases: Readonly<Record<Following, string>>): ReadonlyMap<string, Opener[]> {
  const openers = new Map<string, Opener[]>();
  for (const before of ['ANYTHING', 'QUESTION', 'REQUEST'] as const) {
    for (const phrase of phrases[before].split('|')) {
      const words = phrase.trim().split(' ');
      const first = words[0] ?? '';
      openers.set(first, [...(openers.get(first) ?? []), { words, before }]);
    }
  }
  for (const same of openers.values()) same.sort((a, b) => b.words.length - a.words.length);
  return openers;
}

const CLOSERS = (
  'thank you very much|thank you so much|thank you in advance|thanks in advance|thanks a lot|thank you|thanks|' +
  'if you do not mind|if you can|if possible|if you please|or not|cheers|i wonder|kind regards|best regards|regards|sincerely|do you know|' +
  'can you tell me|could you tell me|i am curious|much appreciated|by any chance'
)
  .split('|')
  .map((phrase) => phrase.split(' '));
