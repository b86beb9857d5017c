import { newToken, type Token } from './token.ts';

/** The tokens with each phrase of several words that has one word for it replaced by that word. */
export function withPhrases(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some(({ text }) => PHRASES.has(text))) return tokens;
  const made: Token[] = [];
  for (let at = 0; at < tokens.length; ) {
    const found = phraseAt(tokens, at);
    const token = tokens[at];
    if (token === undefined) break;
    if (found === null) {
      made.push(token);
      at += 1;
    } else {
      if (found.word !== '') made.push(newToken('WORD', found.word, token, token));
      at += found.words.length;
    }
  }
  return made;
}

type Phrase = { readonly words: readonly string[]; readonly word: string };

function phraseAt(tokens: readonly Token[], at: number): Phrase | null {
  const phrases = PHRASES.get(tokens[at]?.text ?? '');
  const found = phrases?.find(({ words }) =>
    words.every((word, index) => tokens[at + index]?.text === word),
  );
  if (found === undefined || (found.word === 'usedto' && isPassive(tokens, at))) return null;
  return found;
}

/** "is used to", which is no habit. */
function isPassive(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(Math.max(0, at - 8), at).some(({ text }) => BE.has(text));
}

const BE: ReadonlySet<string> = new Set('is are was were be been being get got am'.split(' '));

/** A phrase, and the word that it is read as; none for one that says nothing. */
const PHRASES = phrasesOf(`
united states of america = usa
united states = usa
the usa = usa
united kingdom = uk
great britain = uk
united arab emirates = uae
european union = eu
new york city = nyc
los angeles = losangeles
get rid of = remove
getting rid of = remove
getting rid = remove
got rid of = remove
look for = search
looking for = search
searching for = search
search for = search
find out = discover
figure out = discover
1 off = oneoff
1 way = oneway
1 time = onetime
round trip = roundtrip
a lot of = many
lots of = many
plenty of = many
a number of = many
a couple of = few
a few = few
in order to = to
so as to = to
in fact =
as a matter of fact =
of course =
at all =
in the world =
on earth =
of all time =
of all times =
so far =
why or why not =
yes or no =
whether or not = whether
in general =
for example =
for instance =
such as = like
as well as = and
as well = also
in my opinion =
in your opinion =
according to you =
these days = nowadays
now a days = nowadays
right now = currently
at the moment = currently
at present = currently
due to = because
because of = because
on account of = because
as a result of = because
instead of = instead
rather than = instead
in place of = instead
with no = without
with out = without
not any = no
each other = eachother
one another = eachother
high school = highschool
log in = login
log into = login
logging in = login
sign in = login
sign into = login
log on = login
log out = logout
log off = logout
sign out = logout
sign up = signup
bring down = lower
go back = return
turn down = reject
turned down = rejected
work out = calculate
kick out = evict
go on = continue
carry on = continue
put off = postpone
call off = cancel
throw away = discard
pay back = repay
cut down = reduce
fill out = complete
fill in = complete
get over = overcome
fall ill = sicken
get sick = sicken
set up = setup
setting up = setup
back up = backup
check out = checkout
turn off = turnoff
turn on = turnon
switch off = turnoff
switch on = turnon
turned off = turnoff
turned on = turnon
take care of = care
used to be = usedto
use to be = usedto
used to = usedto
use to = usedto
have to = must
has to = must
need to = must
ought to = should
able to = able
as soon as possible = asap
for free = free
free of charge = free
free of cost = free
at no cost = free
per annum = yearly
a day = daily
a week = weekly
a month = monthly
a year = yearly
every day = daily
each day = daily
per day = daily
every week = weekly
per week = weekly
every month = monthly
per month = monthly
every year = yearly
each year = yearly
per year = yearly
web site = website
health care = healthcare
smart phone = smartphone
cell phone = phone
mobile phone = phone
data base = database
e commerce = ecommerce
pass word = password
user name = username
life span = lifespan
make sure = ensure
`);

function phrasesOf(text: string): ReadonlyMap<string, Phrase[]> {
  const phrases = new Map<string, Phrase[]>();
  for (const line of text.trim().split('\n')) {
    const [left = '', word = ''] = line.split('=');
    const words = left.trim().split(' ');
    const first = words[0] ?? '';
    phrases.set(first, [...(phrases.get(first) ?? []), { words, word: word.trim() }]);
  }
  for (const same of phrases.values()) same.sort((a, b) => b.words.length - a.words.length);
  return phrases;
}
