import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/clock.ts';

/** Answers that are remembered at once. */
const REMEMBERED = 200;

/**
 * Gives all who ask for the same within `ms` the same answer, which is asked for once. A failure is not
 * remembered, but those who wait for it share it.
 */
export function recentAnswers<Answer>(options: { ms: number; clock: Clock }) {
  const { ms, clock } = options;
  const recent = new LRUCache<string, { askedAt: number; answer: Promise<Answer> }>({
    max: REMEMBERED,
  });

  return async (name: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = recent.get(name);
    if (known && clock.elapsed() - known.askedAt < ms) return known.answer;
    const asked = { askedAt: clock.elapsed(), answer: ask() };
    recent.set(name, asked);
    try {
      return await asked.answer;
    } catch (error) {
      if (recent.get(name) === asked) recent.delete(name);
      throw error;
    }
  };
}
