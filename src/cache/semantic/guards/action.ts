/**
 * Whether a sentence, in the words of `readTokens` and without courtesy, asks to do something in the world: "cancel my
 * card", "book a table". Asking how it is done, or for a text to be written, is no such thing.
 */
export function asksToAct(sentence: string): boolean {
  const request = sentence.replace(ASKED_OF_YOU, '');
  if (OWN_ACTION.test(`${request} `) || OWN_DEED.test(`${request} `)) return true;
  if (!ACTION.test(`${request} `)) return false;
  // "Can you cancel a direct debit?" asks whether one can.
  return !sentence.startsWith('can you ') || OWN_OBJECT.test(request);
}

const OWN_OBJECT = / (?:my|our|me|us) /;
const ASKED_OF_YOU = /^(?:(?:can|could|would|will) you|i (?:want|need|would like) you to) /;

/** What stands before the thing that is acted upon; "book recommendations" and "order of operations" have none of it. */
const OBJECT =
  '(?:my|our|the|a|an|me|us|this|that|all|every|it|them|him|her|everything|another|to my|to the|\\d+)';

const ACTION = new RegExp(
  `^(?:cancel|send|book|delete|block|unblock|freeze|unfreeze|lock|unlock|activate|deactivate|transfer|pay|order|buy|sell|schedule|reschedule|remind|call|email|text|message|submit|register|sign|subscribe|unsubscribe|renew|refund|deposit|withdraw|reserve|remove|erase|restart|reboot|shut down|deploy|merge|push|commit|publish|post|upload|approve|reject|forward|turn on|turn off|turn up|turn down|turn|log|invite|hire|fire|dispatch|ship|track|wire|top up|close|enroll|confirm) ${OBJECT} `,
);

/** Any other deed to what is the caller's own, as long as no text is asked for: "rotate my key", not "proofread my letter". */
const OWN_DEED =
  /^(?!(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|am|do|does|did|can|could|will|would|shall|should|may|might|must|has|have|had|and|but|or|if|in|on|at|by|for|from|to|of|with|about|as|since|because|after|before|during|while|then|than|so|not|explain|describe|summarize|translate|rewrite|rephrase|paraphrase|proofread|correct|improve|review|edit|shorten|simplify|format|write|draft|compose|suggest|recommend|analyze|evaluate|compare|calculate|compute|convert|critique|fix|debug|refactor|optimize|design|plan|answer|solve|rate|judge)\b)[a-z]+ (?:my|our) /;

/** Words that are as often asked of a text: only with what is the caller's own. */
const OWN_ACTION =
  /^(?:open|change|update|reset|add|set|start|stop|run|save|move|rename|check|show|find|get|play|print|download|install|increase|raise|lower|replace|report|verify|pay off|make|apply|file|give|bring|put|switch|upgrade|downgrade|link|connect|disconnect|request|clear|empty|share|charge|notify|alert|assign|create|record)(?: me)? (?:my|our|us) /;

/**
 * Whether it asks for what is so with the caller alone: "what is my balance", "where is my order", "did I pay". "How do I
 * change my password" is everybody's question.
 */
export function isPersonal(sentence: string): boolean {
  return PERSONAL.some((pattern) => pattern.test(`${sentence} `));
}

const OWN =
  '(?:balance|order|orders|account|invoice|bill|bills|statement|payment|payments|transaction|transactions|subscription|plan|booking|reservation|ticket|tickets|package|parcel|delivery|shipment|refund|claim|application|appointment|appointments|portfolio|salary|paycheck|boarding pass|flight|points|rewards|limit|loan|mortgage|policy|data usage|usage|messages|inbox|calendar|schedule|emails|contract|case|request|grade|grades|results?|test results?|score|prescription|password|pin|username|address|iban|account number|tracking number|order number|due date|name|age|birthday|location)';

const PERSONAL: readonly RegExp[] = [
  /^where (?:is|are) (?:my|our) (?:\w+ ){1,2}$/,
  new RegExp(
    `^(?:what|where|when|who|which|how|how much|how many|how is|how long) (?:is|are|was|were|did|has|have) (?:the |left )?(?:\\w+ ){0,3}(?:my|our) (?:\\w+ )?${OWN}(?: (?:doing|now|today|due|left|arriving|status|number|again))? ?$`,
  ),
  new RegExp(
    `^(?:what|when|where|how much) (?:is|are|was|were|will|does|did) (?:my|our) (?:\\w+ )?${OWN} (?:arrive|come|be|end|expire|renew|start|ship|leave|due|delivered|left)`,
  ),
  new RegExp(
    `^(?:is|are|was|were|has|have) (?:my|our) (?:\\w+ )?${OWN} (?:arrived|been|shipped|paid|ready|late|active|approved|confirmed|delivered|processed|overdue|blocked|sent|on|due|there)`,
  ),
  /^(?:did|have|had|am|was) i (?:already |still |ever )?(?:pay|paid|order|ordered|book|booked|receive|received|spend|spent|owe|send|sent|transfer|transferred|registered|subscribed|eligible for my) /,
  /^how (?:much|many) (?:\w+ ){0,3}(?:do|did|have|am) i (?:owe|owed|spend|spent|pay|paid|left|earn|earned|have in my|have on my|have left)/,
  /^do i (?:still )?owe /,
  /^what (?:did|have) i (?:owe|order|ordered|buy|bought|spend|spent|pay|paid|book|booked|say|ask|tell)/,
  /^(?:show|tell|give|find|read|list|check|track|display)(?: me)? (?:all )?(?:my|our) /,
  /(?:^| )(?:my|our) (?:order|account|tracking|booking|invoice|customer|case|reference|policy|ticket) (?:number|id|no) is /,
];
