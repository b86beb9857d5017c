import { wordSet } from './word-list.ts';

/**
 * Small words of languages that are written in Latin letters too. Where one is an English word as well (die, was, en,
 * me) it is not here, save for those that English sentences have once at most.
 */
export const FOREIGN_WORDS = wordSet(`
der das und ist ein eine einen einem einer nicht mit auf für von zu zum zur wie wer wo warum wann welche welcher welches
ich du wir ihr sie kann können hat haben wird werden sind sich auch oder aber bei nach aus über unter dem den des wurde wurden waren hatte
hatten nur noch dass dieser diese dieses zwischen gegen durch wenn als im seit jahr jahren laut sein seine seiner ihre
welchen welchem sei kein keine
el la los las una unos unas de del que qué en por para con como cómo cuál cuáles cuándo dónde quién es está son ser
hay muy más pero su sus lo al mi tu yo nos puedo puede tiene
le les des est une qui quel quelle quels quelles comment pourquoi quand où dans sur avec pour pas je nous vous il elle
ce cette ces au aux du sont être avoir peut faire
gli uno della delle dei che chi perché quando dove sono è di con non questo questa
os um uma da dos das não como quem onde por para com são é ele ela você eu posso
het een van niet met voor hoe wat waarom wanneer welke kan ik wij zijn aan
och att det som är inte hur vad när varför
ve bir bu için ile nasıl nedir kim neden
và là của có không các những
și este sunt cum pentru cu nu care
kya hai hain kaise kaun kab kahan kyun kyon ka ki ke ko mein nahi nahin aap mera meri mere hum tum yeh woh aur se par
kar karna karne raha rahe rahi tha thi kuch liye bhi agar toh bahut accha sakta sakte hota hoti mujhe tumhara apna
ang ng mga ako ikaw siya paano bakit sino saan ba po
yang dan dengan untuk apa bagaimana mengapa ini itu adalah tidak dari saya bisa
jest nie jak czy się na
`);
