import { complexityOf } from './complexity.ts';
import { stickySplit } from './sticky-split.ts';
import type { Strategy } from './tier-choice.ts';

/**
 * Simple prompts to the small model, complex ones to the large, and what is neither by the fixed split. A rule, not a
 * forecast: `docs/routing.md` has what it is worth.
 *
 * @param options.abTestRatio share of MEDIUM prompts that goes to the small model, as it stands now
 */
export function byComplexity(options: { readonly abTestRatio: () => number }): Strategy {
  return async ({ request, unit }) => {
    const { complexity, reason } = complexityOf(request);
    const seen = { complexity, expected: null } as const;
    switch (complexity) {
      case 'SIMPLE':
        return {
          ...seen,
          ...{ tier: 'SMALL', chosenBy: 'complexity', propensity: 1 },
          reason: `The prompt looks simple (${reason}): the small model answers.`,
        };
      case 'COMPLEX':
        return {
          ...seen,
          ...{ tier: 'LARGE', chosenBy: 'complexity', propensity: 1 },
          reason: `The prompt looks complex (${reason}): the large model answers.`,
        };
      case 'MEDIUM': {
        const toSmall = options.abTestRatio();
        const { tier, propensity } = stickySplit(unit, toSmall);
        return {
          ...seen,
          ...{ tier, chosenBy: 'ratio', propensity },
          reason: `The prompt looks neither simple nor complex (${reason}): ${splitPhrase(tier, toSmall)}.`,
        };
      }
    }
  };
}

/** Tells of the fixed split, for the end of a sentence. */
export function splitPhrase(tier: 'SMALL' | 'LARGE', toSmall: number): string {
  const percent = Number((100 * toSmall).toPrecision(3));
  return `the ${tier.toLowerCase()} model answers, by a split that gives ${percent} % to the small one`;
}
