import type { Guardrails } from './port.ts';

export type GuardrailName = keyof Guardrails;

/** What one guardrail says of two arms. Plain JSON. */
export type GuardrailFinding = {
  readonly name: GuardrailName;
  readonly control: Measured;
  readonly treatment: Measured;
  /** How much worse the treatment may be: as in `Guardrails`. */
  readonly tolerance: number;
  /**
   * The treatment is at least so much worse, in the unit of the tolerance: the lower bound of a confidence sequence, below zero
   * while it may be better. Null: nothing can be said yet.
   */
  readonly worseByAtLeast: number | null;
  readonly harmed: boolean;
};

export type Measured = {
  /**
   * Share of failed requests, milliseconds that 95 % of the first texts came within, USD per request, or share of good
   * ratings; null without any. No cell counts for more than the median one: what one user met who asks more than all
   * others together is not what users meet.
   */
  readonly value: number | null;
  /** How many requests, first texts, requests of known cost, or ratings it was found in. */
  readonly count: number;
};

/** For a person, what a guardrail found that is harmed. */
export function sentenceOfHarm({
  name,
  control,
  treatment,
  tolerance,
  worseByAtLeast,
}: GuardrailFinding): string {
  const { what, value, difference } = WORDS[name];
  const [harmed, compared] = [treatment, control].map((measured) => value(measured.value ?? 0));
  const tolerated = tolerance === 0 ? '' : ` (tolerated: ${difference(tolerance)})`;
  return (
    `${what(whole(treatment.count), harmed ?? '')} against ${compared} of ${whole(control.count)}; ` +
    `the difference is at least ${difference(worseByAtLeast ?? tolerance)}${tolerated}.`
  );
}

type Words = {
  readonly what: (count: string, value: string) => string;
  readonly value: (value: number) => string;
  readonly difference: (worseBy: number) => string;
};

const WORDS: { readonly [Name in GuardrailName]: Words } = {
  errorRate: {
    what: (count, value) => `Errors: ${value} of ${count} requests failed`,
    value: percent,
    difference: points,
  },
  firstTextP95: {
    what: (count, value) => `First text: 95 % of ${count} answers began within ${value}`,
    value: (milliseconds) => `${whole(milliseconds)} ms`,
    difference: percent,
  },
  cost: {
    what: (count, value) => `Cost: a request cost ${value} in the mean of ${count}`,
    value: (usd) => `${usd.toPrecision(3)} USD`,
    difference: percent,
  },
  rating: {
    what: (count, value) => `Rating: ${value} of ${count} ratings were good`,
    value: percent,
    difference: points,
  },
};

/** Rounded down, so that what is said to be the least is. */
function percent(share: number): string {
  return `${tenths(share)} %`;
}

function points(share: number): string {
  return `${tenths(share)} points`;
}

function tenths(share: number): string {
  // Twelve digits first: 0.3 is not to become 29.9 for the way numbers are kept.
  return (Math.floor(Number((share * 1_000).toPrecision(12))) / 10).toFixed(1);
}

function whole(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
