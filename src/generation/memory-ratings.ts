import type { Ratings, StandingRating } from './ratings.ts';

/** The ratings that a process knows of which shares nothing: each as long as its generation. */
export function memoryRatings(): Ratings {
  const ratings = new Map<string, StandingRating>();
  return {
    async claim(generationId, verdict) {
      const standing = ratings.get(generationId) ?? { verdict, settled: false };
      ratings.set(generationId, standing);
      return standing;
    },
    async settle(generationId) {
      const standing = ratings.get(generationId);
      if (standing === undefined || standing.settled) return false;
      ratings.set(generationId, { ...standing, settled: true });
      return true;
    },
    forget: (generationId) => void ratings.delete(generationId),
  };
}
