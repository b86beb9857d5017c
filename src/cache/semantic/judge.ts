import { type ConfidenceModel, confidenceOf, type PairEvidence } from './confidence.ts';
import type { Neighbour } from './entry-index.ts';
import { refusalOf, type Synonyms, sameCanonical } from './guards/guard.ts';
import { type Reading, readPrompt } from './guards/reading.ts';
import type { Models } from './models.ts';
import { pairDigest } from './pair-digest.ts';
import type { Refusal } from './refusal.ts';

/** What was found of one stored prompt. */
export type Judgement = {
  readonly neighbour: Neighbour;
  /** `pairDigest` of the two prompts; null when they are one, or were not compared. */
  readonly pair: string | null;
  /** Null when it was refused before the models were asked, or when they did not answer. */
  readonly confidence: number | null;
  /** What the confidence was made of; null when the models were not asked. */
  readonly evidence: PairEvidence | null;
  /** What stands against it, the threshold apart; null when nothing does. */
  readonly refusal: Refusal | null;
};

export type JudgeOptions = {
  readonly pairModel: Pick<Models['pairModel'], 'compare'>;
  readonly confidence: ConfidenceModel;
  readonly isVetoed: (pair: string) => boolean;
  readonly synonyms: Synonyms | undefined;
};

/** A stored prompt that is less alike is not worth a look: hardly one in a thousand of them asks the same. */
const LEAST_SIMILARITY = 0.55;

const UNLIKE: Refusal = {
  kind: 'LOW_CONFIDENCE',
  detail: 'The closest stored prompt is about something else.',
};
const NOT_COMPARED: Refusal = {
  kind: 'OTHER',
  detail: 'The model that compares prompts did not answer.',
};
const REPORTED: Refusal = {
  kind: 'REPORTED_DIFFERENT',
  detail: 'These two prompts were reported to be different.',
};

/**
 * Judges the stored prompts that are nearest to `asked`, the nearest first, in their order. Reports of wrong hits
 * and guards come first and can only refuse; what they let pass, the pair model reads, all at once. Never rejects: when the
 * model does not answer, prompts of the same canonical form alone are left.
 */
export async function judge(
  asked: string,
  neighbours: readonly Neighbour[],
  options: JudgeOptions,
): Promise<readonly Judgement[]> {
  const reading = readPrompt(asked);
  const seen = neighbours.map((neighbour) => look(asked, reading, neighbour, options));
  const open = seen.filter((each) => each.refusal === null && !each.sameForm);
  const stored = open.map(({ neighbour }) => neighbour.prompt);
  const logOdds = open.length === 0 ? [] : await compared(asked, stored, options);
  return seen.map((each) => {
    const { neighbour, pair, refusal } = each;
    const judged = { neighbour, pair, refusal, confidence: null, evidence: null };
    if (refusal !== null) return judged;
    if (each.sameForm) return { ...judged, confidence: options.confidence.sameForm };
    const odds = logOdds?.[open.indexOf(each)];
    if (odds === undefined) return { ...judged, refusal: NOT_COMPARED };
    const evidence = { similarity: neighbour.similarity, logOdds: odds };
    return { ...judged, evidence, confidence: confidenceOf(options.confidence, evidence) };
  });
}

type Look = Pick<Judgement, 'neighbour' | 'pair' | 'refusal'> & { readonly sameForm: boolean };

function look(
  asked: string,
  reading: Reading,
  neighbour: Neighbour,
  { isVetoed, synonyms }: JudgeOptions,
): Look {
  if (neighbour.similarity < LEAST_SIMILARITY) {
    return { neighbour, pair: null, sameForm: false, refusal: UNLIKE };
  }
  const pair = pairDigest(asked, neighbour.prompt);
  const stored = readPrompt(neighbour.prompt);
  const isReported = pair !== null && isVetoed(pair);
  const refusal = isReported ? REPORTED : refusalOf(reading, stored, synonyms);
  return { neighbour, pair, sameForm: sameCanonical(reading, stored), refusal };
}

async function compared(
  asked: string,
  stored: readonly string[],
  { pairModel }: JudgeOptions,
): Promise<readonly number[] | null> {
  try {
    return await pairModel.compare(asked, stored);
  } catch {
    return null;
  }
}
