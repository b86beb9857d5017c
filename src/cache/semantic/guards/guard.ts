import type { CacheRefusalKind } from '../../decision.ts';
import type { Refusal } from '../refusal.ts';
import { antonymDifference } from './antonym-guard.ts';
import { type Comparison, compare } from './comparison.ts';
import { entityDifference } from './entity-guard.ts';
import { formatDifference } from './format-guard.ts';
import { identifierDifference } from './identifier-guard.ts';
import { languageDifference } from './language-guard.ts';
import { modifierDifference } from './modifier-guard.ts';
import { negationDifference } from './negation-guard.ts';
import { numberDifference } from './number-guard.ts';
import { isMereObjection } from './objections.ts';
import { orderDifference } from './order-guard.ts';
import { withOwnSynonyms } from './own-synonyms.ts';
import { patientDifference } from './patient-guard.ts';
import { personDifference } from './person-guard.ts';
import { questionDifference } from './question-guard.ts';
import type { Reading } from './reading.ts';
import { substitution } from './substitution-guard.ts';
import { tenseDifference } from './tense-guard.ts';
import { unitDifference } from './unit-guard.ts';

/** A word or phrase in lower case → what stands for it: a namespace's own list, on top of the shipped one. */
export type Synonyms = ReadonlyMap<string, string>;

const NO_SYNONYMS: Synonyms = new Map();

/**
 * Why the answer to the one prompt may not be given to the other, or null when no guard knows a reason. Null is no
 * promise that it is right: guards only ever refuse, and what they let pass is left to the confidence model.
 *
 * Why rules at all: two prompts that differ in one word that matters, 21 days and 28 days, lie as close together in an
 * encoder's space as two ways to ask one thing. There, and only there, a rule that reads the words knows better. So the
 * guards are strict where two prompts are alike but for a word or two, and lenient where they are put in other words.
 *
 * They are asked in a fixed order, and the first that refuses gives the reason: hard facts first (numbers, units,
 * identifiers, languages, names), then what turns a sentence round (negation, opposites, order, persons), then what is asked
 * (the kind of question, the form of the answer), then what narrows it, another thing in the place of a thing, and
 * tense. Whichever prompt is given first, the outcome is the same.
 *
 * In doubt they refuse. What cannot be read is refused: a prompt that is not English beyond doubt, or longer than
 * `MOST_WORDS`. Two prompts with the same canonical form are never refused.
 *
 * @param synonyms can lift a refusal, never add one
 */
export function refusalOf(
  asked: Reading,
  stored: Reading,
  synonyms: Synonyms = NO_SYNONYMS,
): Refusal | null {
  if (sameCanonical(asked, stored)) return null;
  if (!asked.english || !stored.english) {
    return { kind: 'LANGUAGE', detail: 'not English beyond doubt' };
  }
  if (Math.max(asked.words.length, stored.words.length) > MOST_WORDS) {
    return { kind: 'OTHER', detail: 'too long to be compared' };
  }
  const mention = mentionDifference(asked, stored);
  if (mention !== null) return { kind: 'IDENTIFIER', detail: mention };
  const refusal = refusalIn(comparisonOf(asked, stored, NO_SYNONYMS));
  if (refusal === null || synonyms.size === 0) return refusal;
  return refusalIn(comparisonOf(asked, stored, synonyms)) === null ? null : refusal;
}

/** Other words that are talked about themselves: how one spells "forty" is not how one spells "40". */
function mentionDifference(asked: Reading, stored: Reading): string | null {
  const [one, other] = [asked, stored].map(({ mentions }) => mentions.join(' ')).sort();
  return one === other ? null : `${one || 'none'} and ${other || 'none'}`;
}

/** Of two prompts always the same one is taken first, so that the outcome is the same for both orders. */
function comparisonOf(asked: Reading, stored: Reading, synonyms: Synonyms): Comparison {
  const inOrder = asked.canonical <= stored.canonical ? [asked, stored] : [stored, asked];
  const [left = asked, right = stored] =
    synonyms.size === 0 ? inOrder : inOrder.map((each) => withOwnSynonyms(each, synonyms));
  return compare(left, right);
}

/** A prompt of 600 characters, the longest that is compared at all (`cache/semantic/reuse.ts`), has some 120. */
const MOST_WORDS = 300;

function refusalIn(comparison: Comparison): Refusal | null {
  for (const [kind, differenceIn] of GUARDS) {
    const detail = differenceIn(comparison);
    if (detail !== null && !isMereObjection(kind, comparison)) return { kind, detail };
  }
  return null;
}

type Guard = (comparison: Comparison) => string | null;

const GUARDS: readonly (readonly [CacheRefusalKind, Guard])[] = [
  ['NUMBER', numberDifference],
  ['UNIT', unitDifference],
  ['IDENTIFIER', identifierDifference],
  ['LANGUAGE', languageDifference],
  ['ENTITY', entityDifference],
  ['NEGATION', negationDifference],
  ['ANTONYM', antonymDifference],
  ['ORDER', orderDifference],
  ['ORDER', personDifference],
  ['ORDER', patientDifference],
  ['QUESTION', questionDifference],
  ['FORMAT', formatDifference],
  ['MODIFIER', modifierDifference],
  ['OTHER', substitution],
  ['TENSE', tenseDifference],
];

/**
 * Whether two prompts are one and the same but for case, spacing, punctuation, courtesy, contractions, number words and
 * spelling (`guards/canonical.ts`). Two prompts whose right answers differ never are.
 */
export function sameCanonical(asked: Reading, stored: Reading): boolean {
  return asked.canonical === stored.canonical && mentionDifference(asked, stored) === null;
}
