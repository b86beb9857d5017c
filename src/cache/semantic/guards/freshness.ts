/**
 * Whether a sentence, in the words of `readTokens`, asks for what changes by the day: today, the latest, the weather,
 * a price as it stands.
 */
export function isFresh(sentence: string): boolean {
  const said = ` ${sentence} `;
  if (NO_TIME.test(said)) return false;
  if (FRESH.some((pattern) => pattern.test(said))) return true;
  // "I fell last week" tells when it was, and asks for nothing of this week.
  return !SPEAKER.test(said) && TIMES.some((pattern) => pattern.test(said));
}

const SPEAKER = / (?:i|my|me|we|our) /;

const TIMES: readonly RegExp[] = [
  / (?:today|today's|tonight|tomorrow|tomorrow's|yesterday|yesterday's|now|currently|presently|recently|lately|upcoming|nowadays) /,
  / (?:at the moment|at present|right away|as of|so far this|these days|in recent) /,
  / (?:this|last|next|coming|past|previous) (?:week|weekend|month|year|quarter|season|morning|afternoon|evening|night|summer|winter|spring|autumn|fall|semester|term|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december)(?:'s)? /,
];

const FRESH: readonly RegExp[] = [
  / (?:latest|newest|most recent|up to date|breaking|live score|trending) /,
  / current /,
  / (?:just released|just happened|in the news) /,
  / (?:weather|forecast|headlines|news) (?:in|for|about|on|like|today|is) /,
  / (?:latest|current|any|the|is the|what is the) news /,
  / (?:what|which) (?:time|day|date|month|year|weekday) is it /,
  / next (?:train|bus|flight|game|match|episode|eclipse|election|meeting|holiday|race|fight|launch|update|release|full moon) /,
  / (?:stock|share|bitcoin|btc|ethereum|gold|silver|oil|petrol|gas) price (?:of|is|for) | price of (?:bitcoin|btc|ethereum|gold|silver|oil|petrol|gas|gasoline) /,
  / (?:who|what) (?:is|are) (?:winning|trending|playing|on tv|on netflix) /,
  / is (?:it|there) (?:raining|snowing|sunny|open|closed|a new|any new) /,
];

/** "current" that flows or is a kind of account, "now" that only joins two clauses. */
const NO_TIME =
  / (?:electric|electrical|alternating|direct|eddy|ocean|induced|rated|starting|leakage|ac|dc) current | current (?:account|accounts|asset|assets|liability|liabilities|ratio|flow|transformer|density|divider|source|user|directory|working) | from now on | what now $/;
