import { promptFeatures } from '../../../../src/router/gain/prompt-features.ts';
import { seededRandom } from '../../../../src/router/gain/seeded-random.ts';
import type { TrainingOutcome } from '../../../../src/router/gain/training-outcome.ts';

/** True qualities of what two made-up models answer to prompts of two kinds. */
export const TRUE_QUALITY = {
  sum: { small: 0.2, large: 0.9 },
  tale: { small: 0.8, large: 0.85 },
};

type Kind = keyof typeof TRUE_QUALITY;

const THINGS = ['apples', 'stones', 'letters', 'boats', 'coins', 'songs', 'horses', 'lamps'];
const PLACES = ['village', 'harbour', 'forest', 'castle', 'market', 'desert', 'island', 'garden'];

export function promptOf(kind: Kind, random: () => number): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  const number = () => String(Math.floor(2 + random() * 97));
  return kind === 'sum'
    ? `Ann buys ${number()} ${pick(THINGS)} and sells ${number()} of them. How many ${pick(THINGS)} are left in total?`
    : `Write a story about ${pick(THINGS)} in a ${pick(PLACES)}, and about a ${pick(PLACES)} far away.`;
}

/** What an encoder might say: prompts of a kind lie close together. */
export function vectorOf(kind: Kind, random: () => number): Float32Array {
  const parts = Float32Array.from({ length: 16 }, (_, at) => {
    const towards = at === 0 ? (kind === 'sum' ? 1 : -1) : 0;
    return towards + 0.2 * (random() - 0.5);
  });
  const length = Math.hypot(...parts);
  return parts.map((part) => part / length);
}

/** Half of each kind; answers are good (1) or bad (0). */
export function sumsAndTales(
  count: number,
  seed: number,
  { withVectors = true }: { withVectors?: boolean } = {},
): readonly TrainingOutcome[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const kind = at % 2 === 0 ? 'sum' : 'tale';
    const vector = withVectors ? vectorOf(kind, random) : null;
    const { small, large } = TRUE_QUALITY[kind];
    return {
      features: promptFeatures(promptOf(kind, random), vector),
      small: Number(random() < small),
      large: Number(random() < large),
    };
  });
}
