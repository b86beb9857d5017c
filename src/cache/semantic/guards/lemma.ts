import { IRREGULAR_FORMS, UNINFLECTED } from './irregular-forms.ts';

/**
 * The form of a lower-case English word that stands for all its inflected forms: singular, infinitive. Comparatives
 * and derived words (sell, seller) are words of their own. A word that no rule fits is its own lemma; a wrong guess
 * makes two forms differ, never two words alike that a reader would tell apart, save for such rare pairs as
 * "hoping" and "hop".
 */
export function lemmaOf(word: string): string {
  const irregular = IRREGULAR_FORMS.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || UNINFLECTED.has(word)) return word;
  const last = word.charCodeAt(word.length - 1);
  if (last === LETTER_S) return singularOf(word);
  if (last === LETTER_G && word.endsWith('ing')) return verbOf(word, word.slice(0, -3));
  if (last === LETTER_D && word.endsWith('ed')) return pastOf(word);
  return word;
}

const LETTER_D = 100;
const LETTER_G = 103;
const LETTER_S = 115;

function singularOf(word: string): string {
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:sses|shes|ches|xes|zzes|oes)$/.test(word)) return word.slice(0, -2);
  const singular = word.slice(0, -1);
  return IRREGULAR_FORMS.get(singular) ?? singular;
}

function pastOf(word: string): string {
  if (word.endsWith('ied') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (word.endsWith('eed')) return word;
  return verbOf(word, word.slice(0, -2));
}

/** The verb whose form is `word` and whose form without the ending is `stem`. */
function verbOf(word: string, stem: string): string {
  if (stem.length < 2 || !/[aeiouy]/.test(stem)) return word;
  if (/([bdgkmnprtv])\1$/.test(stem)) return stem.slice(0, -1);
  return needsE(stem) ? `${stem}e` : stem;
}

function needsE(stem: string): boolean {
  if (/^[^aeiou]*[aeiou][^aeiouwxy]$/.test(stem)) return true;
  return LOST_E.test(stem) && !KEPT_WITHOUT_E.test(stem);
}

/** Ends of a stem that lost an e: creat(e), siz(e), handl(e), charg(e), provid(e), combin(e). */
const LOST_E =
  /(?:at|iz|yz|[^aeiou]?v|c|u|s|[bdgkpt]l|[rld]g|[aeiou]g|ur|uir|[^aeiou][iy]r|[^aeiou]ar|[^aeiou]in|[^aeiou]ut|[^aeiou]id|[^aeiou]od|[^aeiou]ud|[^aeiou]ad|[^aeiou]ul|[^aeiou]il|um)$/;

/** Ends that look like it and lost none: eat, float, focus. */
const KEPT_WITHOUT_E = /(?:(?<!cr)eat|oat|ss|cus|[^aeiou]ur[nt]|harm|murmur)$/;
