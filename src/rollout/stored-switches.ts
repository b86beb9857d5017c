import { z } from 'zod';
import type { ChangedSwitches } from './standing.ts';

/** A field that an older version did not write is absent, and its switch then stands as configured. */
const switches = {
  cacheEnabled: z.boolean(),
  semanticCacheEnabled: z.boolean(),
  routingEnabled: z.boolean(),
  abTestRatio: z.number().min(0).max(1),
};

/** A value as it is stored. */
export function printSwitch(value: boolean | number): string {
  return JSON.stringify(value);
}

/**
 * The switches among stored fields. Fields of other names are passed over: another version may know them.
 * What is no value of its switch, since somebody wrote it by hand, is named apart.
 */
export function parseSwitches(fields: Readonly<Record<string, string>>): {
  changed: ChangedSwitches;
  unreadable: readonly string[];
} {
  const changed: Record<string, boolean | number> = {};
  const unreadable: string[] = [];
  for (const [name, shape] of Object.entries(switches)) {
    const text = fields[name];
    if (text === undefined) continue;
    const { success, data } = shape.safeParse(parseJson(text));
    if (success) changed[name] = data;
    else unreadable.push(name);
  }
  return { changed, unreadable };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
