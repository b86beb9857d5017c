/** What one part of a prompt asks for. */
export type Task = keyof typeof VERBS | 'QUESTION';

/**
 * Verbs by what they ask for, in the form that gives an order. A verb counts only where it asks: at the beginning of a
 * sentence or of a part of one, after what is said out of politeness. That the word occurs says nothing.
 */
const VERBS = {
  PROVE: verbs('prove|disprove|derive|show that|demonstrate that'),
  DESIGN: verbs('design|architect|plan|build|develop|migrate|propose|model|simulate|devise'),
  CODE: verbs(
    'implement|refactor|debug|optimi[sz]e|program|(write|create|add|generate) .{0,40}\\b(code|functions?|scripts?|programs?|class|quer(y|ies)|tests?|regular expression|regex|algorithm|parser|component|endpoint|compiler|interpreter|server|app)',
  ),
  ANALYSE: verbs(
    'analy[sz]e|assess|critique|critically|review|investigate|diagnose|interpret|contrast|compare|evaluate|weigh|argue|examine|distinguish|reconcile',
  ),
  SOLVE: verbs(
    'solve|calculate|compute|determine|find|work out|estimate|optimise|maximi[sz]e|minimi[sz]e',
  ),
  EXPLAIN: verbs(
    'explain|describe|discuss|justify|outline|illustrate|decide|recommend|say (how|why|what|which)',
  ),
  WRITE: verbs(
    'write|compose|draft|create|generate|give|suggest|summari[sz]e|rewrite|tell|test|verify|keep|group|check',
  ),
} as const;

function verbs(alternatives: string): RegExp {
  return new RegExp(`^(?:${alternatives})\\b`);
}

const QUESTION =
  /^(?:(?:at|in|on|for|from|by|to|of|with|under) )?(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|would|will|has|have)(?:'s)?\b/;

/** What may stand before the verb and asks for nothing. */
const POLITE = new RegExp(
  `^(?:${[
    '(?:please|pls|kindly|now|then|also|next|first|firstly|second|secondly|third|finally|and|so|question|task|q|hi|hello|hey|ok|okay)[,:]?',
    '(?:can|could|would|will) you(?: please)?(?: help me(?: to)?)?',
    "i (?:need|want|would like|'d like)(?: you)? to|i'd like(?: you)? to|i need help to|we (?:need|want) to",
    "help me(?: to)?|let us|let's|your task is to|you are asked to|try to",
    'how (?:do|can|could|would|should) (?:i|we|you|one)|tell me how to|show me how to',
  ].join('|')}) `,
);

/** How a sentence may begin before it asks: "Given a graph, find …". */
const CONDITION =
  /^(?:given|if|suppose|assum\w+|let|for|using|as|with|after|when|based|under|from|in|consider)\b/;

/** Ends of a part of a sentence, each of which may ask for something of its own. */
const END_OF_PART = /[;:,]\s+(?:and\s+|then\s+)*|\s+(?:and|then)\s+/;

/** A bound on what is looked at in one sentence. */
const MOST_PARTS = 24;

/** What is asked for, in order. */
export function tasksIn(sentences: readonly string[]): Task[] {
  return sentences.flatMap(tasksInSentence);
}

function tasksInSentence(sentence: string): Task[] {
  const parts = sentence.split(END_OF_PART).slice(0, MOST_PARTS);
  const tasks = parts.map(taskOf);
  // "The design and build quality" asks for nothing: what does not begin as an order or a question has none in it.
  const asks = tasks[0] !== null || CONDITION.test(sentence) || tasks.at(-1) === 'QUESTION';
  return asks ? tasks.filter((task) => task !== null) : [];
}

function taskOf(part: string): Task | null {
  const plain = withoutPoliteness(part);
  for (const [task, verb] of Object.entries(VERBS)) {
    if (verb.test(plain)) return task as keyof typeof VERBS;
  }
  return QUESTION.test(plain) ? 'QUESTION' : null;
}

/** How often courtesies may follow one another. */
const MOST_COURTESIES = 4;

function withoutPoliteness(part: string): string {
  let plain = part;
  for (let round = 0; round < MOST_COURTESIES; round++) {
    const shorter = plain.replace(POLITE, '');
    if (shorter === plain) break;
    plain = shorter;
  }
  return plain;
}
