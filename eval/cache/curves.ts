/**
 * Draws the trade-off of each source: the share of its pairs of the same meaning that hit, over the share of the others
 * that hit, as the threshold falls. The dot is the threshold that is served from.
 *
 *     node eval/cache/curves.ts DECISIONS OUT.svg
 *
 * DECISIONS is what `npm run -s eval:cache -- --pairs F --decisions DECISIONS` wrote.
 */
import { writeFileSync } from 'node:fs';
import { z } from 'zod';
import { readJsonLines } from './json-lines.ts';

const decisionSchema = z.object({
  source: z.string(),
  same: z.boolean(),
  outcome: z.string(),
  confidence: z.number().nullable(),
});
type Decision = z.infer<typeof decisionSchema>;

/** Beyond it nobody would serve. */
const MOST_FALSE = 0.1;
const SIZE = 180;
const GAP = 60;
const ACROSS = 4;

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  throw new Error('Usage: node eval/cache/curves.ts DECISIONS OUT.svg');
}
const sources = [...Map.groupBy(readJsonLines(input, decisionSchema), ({ source }) => source)]
  .filter(([, rows]) => rows.some(({ same }) => same) && rows.some(({ same }) => !same))
  .sort(([one], [other]) => one.localeCompare(other));
writeFileSync(output, drawing(sources));

function drawing(all: readonly (readonly [string, readonly Decision[]])[]): string {
  const width = ACROSS * (SIZE + GAP) + GAP;
  const height = Math.ceil(all.length / ACROSS) * (SIZE + GAP) + GAP;
  const panels = all.map(([source, rows], index) => {
    const x = GAP + (index % ACROSS) * (SIZE + GAP);
    const y = GAP / 2 + Math.floor(index / ACROSS) * (SIZE + GAP);
    return `<g transform="translate(${x} ${y})">${panel(source, rows)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<title>Share of pairs of the same meaning that hit, over the share of different pairs that hit, by source</title>
<rect width="100%" height="100%" fill="white"/>
${panels.join('\n')}
</svg>
`;
}

function panel(source: string, rows: readonly Decision[]): string {
  const line = curve(rows).map(at).join(' ');
  const served = rows.filter(isHit);
  const [x, y] = at([shareOf(served, rows, false), shareOf(served, rows, true)]).split(',');
  const count = (same: boolean) => rows.filter((row) => row.same === same).length;
  return `<text y="-6" font-weight="bold">${source}: ${count(true)} same, ${count(false)} different</text>
<path d="M0 0V${SIZE}H${SIZE}" fill="none" stroke="#888"/>
<polyline points="${line}" fill="none" stroke="#1560bd" stroke-width="2"/>
<circle cx="${x}" cy="${y}" r="4" fill="#c0392b"/>
<text x="0" y="${SIZE + 14}">0</text><text x="${SIZE}" y="${SIZE + 14}" text-anchor="middle">${MOST_FALSE * 100} % false</text>
<text x="-6" y="8" text-anchor="end">100 %</text><text x="-6" y="${SIZE}" text-anchor="end">0</text>`;
}

type Point = readonly [falseHits: number, hits: number];

function at([falseHits, hits]: Point): string {
  const x = (Math.min(falseHits, MOST_FALSE) / MOST_FALSE) * SIZE;
  return `${x.toFixed(1)},${(SIZE * (1 - hits)).toFixed(1)}`;
}

/** A step for each confidence, until too much would be false, or nothing is left but what is refused. */
function curve(rows: readonly Decision[]): readonly Point[] {
  const open = rows.filter((row) => trust(row) > 0);
  const steps = [...new Set(open.map(trust))].sort((one, other) => other - one);
  const points: Point[] = [[0, 0]];
  for (const threshold of steps) {
    const passed = open.filter((row) => trust(row) >= threshold);
    points.push([shareOf(passed, rows, false), shareOf(passed, rows, true)]);
    if ((points.at(-1)?.[0] ?? 0) > MOST_FALSE) break;
  }
  return points;
}

function trust({ outcome, confidence }: Decision): number {
  return outcome === 'EXACT' ? 1 : (confidence ?? 0);
}

function isHit({ outcome }: Decision): boolean {
  return outcome === 'EXACT' || outcome === 'SEMANTIC';
}

function shareOf(part: readonly Decision[], all: readonly Decision[], same: boolean): number {
  const count = (rows: readonly Decision[]) => rows.filter((row) => row.same === same).length;
  return count(part) / count(all);
}
