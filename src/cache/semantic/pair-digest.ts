import { normalise } from '../../prompt/normalise.ts';
import { digest } from '../digest.ts';

/** The same for two prompts in either order, however they are spelled; null when they are one. */
export function pairDigest(one: string, other: string): string | null {
  const [first = '', second = ''] = [normalise(one), normalise(other)].sort();
  return first === second ? null : digest([first, second]);
}
