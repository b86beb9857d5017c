/**
 * Whether the rule can read a text: it knows English only. In doubt it cannot: what is not read must not be called simple.
 *
 * @param words in lower case
 */
export function isReadable(words: readonly string[]): boolean {
  const letters = words.filter((word) => /\p{L}/u.test(word));
  const english = letters.filter((word) => ENGLISH.has(word)).length;
  const foreign = letters.filter((word) => FOREIGN.has(word) || /[^\p{ASCII}’“”–—]/u.test(word));
  return english > 0 && english >= letters.length * LEAST_ENGLISH && foreign.length < english;
}

/** Of the words of English text about a half are in the list; names, terms and misspelt words take their share. */
const LEAST_ENGLISH = 0.12;

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/));
}

/** Small words, and verbs that prompts begin with; none of them is frequent in another language. */
const ENGLISH = setOf(`
the of is are was were be been what what's which who whom whose when where why how do does did doing done can could would
should will shall may might must have has had and or but not to from with without for about into than that this these those
there their they them it its it's you your yours we our us my mine i'm he she his her if then because while between by at
as all any some each every many much more most less only very please thanks thank hello hi hey good morning ok okay bye
give tell explain write define list name show find solve prove describe compare summarise summarize translate make get
convert calculate compute suggest create draft fix help use continue design implement build plan determine assess evaluate
analyse analyze derive refactor debug review discuss summary need want best whats thx pls dont cant im one two three five ten
`);

/** The most frequent small words of German, French, Spanish, Italian, Portuguese and Dutch that English does not have. */
const FOREIGN = setOf(`
der das und ist nicht ein eine einen einem einer wie wo wer wann warum welche welcher welches ich du er sie wir ihr es den
dem mit für auf von zu zum zur im aus bei bitte kann können soll wird sind habe hat mein dein sein ihre kein keine über
le la les un une des et est sont que qui quoi quel quelle quels quelles comment pourquoi où dans pour avec sur pas je tu
il elle nous vous ils elles mon ma mes votre vos au aux ce cette ces bonjour merci
el los las una unos unas de del qué cuál cuáles cómo dónde cuándo quién cuánto cuántos por para está
están mi su sus yo hola gracias
lo gli uno di che chi come dove quando perché sono della delle nel non più ciao grazie
os um uma da dos na nos nas quem onde como não é são seu sua obrigado
het een en van niet dat wat hoe waarom welke ik jij wij zij hij voor op naar
`);
