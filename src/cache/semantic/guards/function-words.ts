import { wordSet } from './word-list.ts';

/** Words that hold a sentence together and are not compared as content. Each has its guard, or none where it may vary. */
export const FUNCTION_WORDS = wordSet(`
a an the
i me my mine myself you your yours yourself yourselves we us our ours ourselves he him his himself she her hers herself
it its itself they them their theirs themselves this that these those one ones someone everyone anyone something
anything everything oneself
do does did is are was were am be been being has have had having can could will would shall should may might must ought
done doing
in on at by for from to of with about as into onto upon over under between among through throughout during before after
since until without within against per via across behind beyond above below near toward off out up down around along
than inside outside despite regarding concerning
and or but nor so because if then while although though whether unless except rather instead plus either neither both
what which who whom whose when where why how
some any all every each many much more most less least few several lot lots enough only none no not never
there here too there such
however therefore thus
etc eg ie
let lets
vs versus
`);

/** What may be said or left out without asking for anything else. */
export const EMPTY_WORDS = wordSet(`
really actually truly indeed basically essentially literally simply just exactly precisely honestly typically
currently presently somehow perhaps maybe possibly very quite pretty definitely certainly absolutely obviously anyway
overall specifically particularly especially ever also even still yet already again own particular specific
certain please well oh ok okay hi hello hey thanks dear sir seriously frankly surely apparently
located situated so-called respective given said
`);

/** Words of content that say little: one may have them and the other not. */
export const LIGHT_WORDS = wordSet(`
get make have use go take give find know want need require like try think say come put keep help let mean become happen work
people person thing way kind type sort place time lot bit someone anybody good nice best great better top
method step tip technique process approach strategy
feel read learn ask tell see look hear believe exist word consider involve include true
like great provide offer supply
different various possible main common popular several
new many much able available
start
`);

export const NEGATORS = wordSet(
  'not no never none nobody neither nor nowhere without hardly barely unable',
);

export const PREPOSITIONS = wordSet(`
in on at by for from to of with about as into onto over under between among through during before after since until
without within against per via across behind beyond above below near toward off than inside outside despite upon
versus vs
`);
