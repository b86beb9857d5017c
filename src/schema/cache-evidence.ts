import type { Builder } from './builder.ts';

/** Adds `CacheEvidence`. */
export function addCacheEvidence(builder: Builder): void {
  builder.objectType('CacheEvidence', {
    description:
      'Why wrong answers among semantic hits are thought to be as rare as is promised: what was measured on matches that the model never saw, of a prompt and the closest stored one. It holds for questions of this mix.',
    fields: (t) => ({
      maxErrorRate: t.exposeFloat('maxErrorRate', {
        description: 'The promise: largest tolerated share of wrong answers, 0..1, as configured.',
      }),
      threshold: t.exposeFloat('threshold', {
        nullable: true,
        description:
          'Least confidence that is served. Null when none keeps the promise: then only equal prompts are answered.',
      }),
      hits: t.exposeFloat('hits', {
        description: 'Matches that this threshold would have served.',
      }),
      wrongHits: t.exposeFloat('wrongHits', {
        description: 'Those of them whose stored answer was wrong.',
      }),
      upperBound: t.exposeFloat('upperBound', {
        description: 'The share of wrong answers is at most this, by an exact binomial bound.',
      }),
      confidenceLevel: t.exposeFloat('confidenceLevel', {
        description: 'How sure the bound is, 0..1.',
      }),
      heldOutMatches: t.float({
        description: 'How many matches were measured.',
        resolve: ({ matches }) => matches,
      }),
      mix: t.exposeString('mix', { description: 'Which questions were measured.' }),
      modelVersion: t.string({
        description: 'Version of the model that was measured, and that decides.',
        resolve: ({ version }) => version,
      }),
    }),
  });
}
