import { z } from 'zod';
import type { Standing } from './port.ts';

/** As many digits as a double holds exactly. */
const STAMPED = /^(\d{1,15}) (.*)$/s;

const count = z.number().min(0);

const standing: z.ZodType<Standing> = z
  .object({
    state: z.enum(['OFF', 'COLLECTING', 'RAMPING', 'CONCLUDED', 'ROLLED_BACK']),
    run: z.string().regex(/^\d{1,15}$/),
    share: z.number().min(0).max(0.5),
    step: z.int().min(0).nullable(),
    since: z.number().nullable(),
    requestsBefore: z.object({ control: count, treatment: count }),
    adopted: z.string().nullable(),
    conclusion: z.string().nullable(),
  })
  .refine(({ state, share }) => share === 0 || state === 'RAMPING' || state === 'COLLECTING');

/** A standing as it is stored: behind a stamp, of which the higher one is the later. */
export function printStanding(stamp: number, value: Standing): string {
  return `${stamp} ${JSON.stringify(value)}`;
}

/** The stamp of what is stored; 0, before every stamp, when it has none. */
export function stampOf(text: string | undefined): number {
  return Number(STAMPED.exec(text ?? '')?.[1] ?? 0);
}

/**
 * The standings among stored fields, by the key of the experiment. What is no standing, since somebody wrote it by hand
 * or another version did, is named apart.
 */
export function parseStandings(fields: ReadonlyMap<string, string>): {
  standings: ReadonlyMap<string, Standing>;
  unreadable: readonly string[];
} {
  const standings = new Map<string, Standing>();
  const unreadable: string[] = [];
  for (const [key, text] of fields) {
    const { success, data } = standing.safeParse(parseJson(STAMPED.exec(text)?.[2] ?? ''));
    if (success) standings.set(key, data);
    else unreadable.push(key);
  }
  return { standings, unreadable };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
