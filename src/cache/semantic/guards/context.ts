/**
 * Whether a sentence, in the words of `readTokens`, has its meaning from what was said before it: "how old is he", "and
 * in winter", "why", "the second one". It errs on the side of yes.
 */
export function dependsOnTalk(sentence: string): boolean {
  const said = ` ${sentence} `;
  const words = sentence.split(' ');
  if (words.length <= 2) return true;
  if (words.length <= MOST_WORDS_OF_ELLIPSIS && !VERB.test(said)) return true;
  if (OPENS_WITH_JOINT.test(said) || REFERS.some((pattern) => pattern.test(said))) return true;
  return IT.test(said.replace(EMPTY_IT, ' '));
}

const MOST_WORDS_OF_ELLIPSIS = 4;

const VERB =
  / (?:is|are|was|were|am|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|explain|describe|define|list|write|give|tell|show|translate|summarize|compare|name|suggest|recommend|create|make|how to|what|which|who|when|where|why|how) /;

const OPENS_WITH_JOINT =
  /^ (?:and|but|or|so|also|then|because|what about|how about|what if|why|how come|why not|how so|what else|who else|where else|anything else|yes|no|sure|continue|go on|more|really|instead|ok|okay)(?: (?!is |are |was |were |do |does |did |can |could |will |would |should |has |have |had )| {1,2}$)/;

const REFERS: readonly RegExp[] = [
  / (?:he|she|they|him|her|them|his|hers|its|their|theirs|himself|herself|itself|themselves) /,
  / (?:this|that|these|those)(?: (?:is|are|was|were|mean|means|work|works|do|does|one|ones|way|method|case|example|answer|question|thing|person|place|point|list|number|time)| *$| (?:to|in|for|with|from|of|and|or|on|at|by|into) )/,
  / (?:of|for|with|about|to|from|in|on|at|by|than|like|use|do|explain|describe|define|fix|make|get|mean|translate|summarize|rewrite|shorten|change) (?:this|that|these|those|it) /,
  / (?:the|that|this|which|another|other|a different|each|any) (?:1st|2nd|3rd|4th|last|next|former|latter|other|second|same|previous|1|2|3)?(?: )?(?:one|ones|1) (?:$|is |are |was |do |does |did |should |would |can |in |of )?/,
  / (?:the (?:former|latter|same|above|previous|rest|others?)|you (?:said|say|mentioned|wrote|told|suggested|gave)|your (?:last|previous|first|answer|reply|list|example|suggestion)|above|aforementioned|mentioned|again|more (?:about|on|detail|details|examples?)|tell me more|one more|another (?:one|example|way)|else|as well|too|instead) /,
  / (?:the|my) (?:answer|list|example|first|2nd|3rd|1st) (?:$|you|above|one)/,
];

const IT = / it /;
/** "it" that stands for nothing: "is it safe to", "how long does it take", "what time is it". */
const EMPTY_IT =
  / (?:(?:is|was|would|will|be|makes?|find|found) it (?:\w+ ){0,2}(?:to|that|if|for|when)|(?:does|did|will|would|do) it (?:take|cost|rain|snow|mean to|feel)|it (?:takes?|costs?|is (?:\w+ )?(?:possible|true|safe|legal|important|necessary|bad|good|ok|okay|normal))|(?:time|day|date|year|like) is it|is it (?:possible|like)) /g;

/**
 * Whether a prompt speaks of a text, a picture or an answer that it does not hold.
 *
 * @param sentences in the words of `readTokens`
 */
export function pointsOutside(prompt: string, sentences: readonly string[]): boolean {
  if (prompt.trimEnd().endsWith(':')) return true;
  if (/[:\n"“`]/.test(prompt.trim().slice(0, -1)))
    return sentences.some((each) => OUTSIDE.test(` ${each} `));
  return sentences.some((each) => OUTSIDE.test(` ${each} `) || MISSING.test(` ${each} `));
}

const THINGS =
  '(?:text|article|passage|paragraph|sentence|sentences|code|snippet|function|script|document|file|image|picture|photo|email|letter|message|essay|poem|story|list|table|data|question|questions|answer|conversation|chat|quote|word|words|phrase|equation|problem|report|paper|pdf|link|url|website|page|video|error|log|query|prompt|template)';

/** What is somewhere above, or came with another turn. */
const OUTSIDE = new RegExp(
  ` (?:(?:the|this|that) (?:above|previous|preceding|attached|aforementioned|earlier|foregoing)|above(?: mentioned)? ${THINGS}|${THINGS} (?:above|mentioned earlier|from before|i (?:sent|gave|pasted|attached|shared))|aforementioned|mentioned (?:earlier|above|before)|(?:you|i) (?:just )?(?:said|mentioned|wrote|told me|gave me)|your (?:last|previous) (?:answer|reply|message|response)) `,
);

/** What would follow a colon. */
const MISSING = new RegExp(
  `^ (?:translate|summarize|rewrite|rephrase|paraphrase|proofread|correct|fix|improve|shorten|explain|analyze|debug|review|simplify|edit|check|convert|refactor|format|classify|extract|continue)(?: (?:this|that|these|those|it|them|the following|following|my)(?: ${THINGS})?)(?: (?:to|into|in|for|from|please|as|and) .*)? *$| (?:the following|this|these) ${THINGS} (?:to|into|in|for|mean|means|do|does|say|says|is|are|about) `,
);
