import type { SourceCurves, SourceReport } from './evaluate-source.ts';
import { type Point, PRICE_RATIO } from './trade-off.ts';

export type Panel = {
  readonly source: string;
  readonly report: SourceReport;
  readonly curves: SourceCurves;
};

const SIZE = 240;
const GAP = 64;
const ACROSS = 3;

const LINES = [
  { router: 'oracle', name: 'oracle', colour: '#888', dash: '2 3' },
  { router: 'random', name: 'random split', colour: '#888', dash: '6 4' },
  { router: 'twelvePhrases', name: 'twelve phrases', colour: '#c0392b', dash: '' },
  { router: 'length', name: 'length of the prompt', colour: '#d68910', dash: '' },
  { router: 'learned', name: 'learned gain', colour: '#1560bd', dash: '' },
] as const;

/** Quality over cost as ever more prompts go to the large model, one panel a source, as SVG. */
export function drawingOf(panels: readonly Panel[]): string {
  const across = Math.min(ACROSS, panels.length);
  const width = across * (SIZE + GAP) + GAP;
  const height = Math.ceil(panels.length / ACROSS) * (SIZE + GAP) + GAP;
  const drawn = panels.map((panel, index) => {
    const x = GAP + (index % ACROSS) * (SIZE + GAP);
    const y = GAP / 2 + Math.floor(index / ACROSS) * (SIZE + GAP);
    return `<g transform="translate(${x} ${y})">${panelOf(panel)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<title>Quality over cost as more prompts go to the large model, by source and router</title>
<rect width="100%" height="100%" fill="white"/>
${drawn.join('\n')}
${legend(height - GAP / 2 + 8)}
</svg>
`;
}

function panelOf({ source, report, curves }: Panel): string {
  const qualities = Object.values(curves).flatMap((curve) => curve.map(({ quality }) => quality));
  const lowest = Math.min(...qualities);
  const highest = Math.max(...qualities);
  const at = ({ largeShare, quality }: Point) => {
    const x = SIZE * largeShare;
    const y = SIZE * (1 - (quality - lowest) / (highest - lowest));
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  const lines = LINES.map(({ router, colour, dash }) => {
    const points = thinned(curves[router]).map(at).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.6" stroke-dasharray="${dash}"/>`;
  });
  const verdict = report.fallback ? 'no proven skill' : 'skill proven';
  return `<text y="-8" font-weight="bold">${escaped(source)}: ${report.n} prompts, ${verdict}</text>
<path d="M0 0V${SIZE}H${SIZE}" fill="none" stroke="#888"/>
${lines.join('\n')}
<text x="0" y="${SIZE + 14}">cost ${PRICE_RATIO}</text><text x="${SIZE}" y="${SIZE + 14}" text-anchor="end">1 (large model)</text>
<text x="-6" y="8" text-anchor="end">${highest.toFixed(2)}</text><text x="-6" y="${SIZE}" text-anchor="end">${lowest.toFixed(2)}</text>`;
}

/** More points than can be told apart are left out. */
function thinned(curve: readonly Point[]): readonly Point[] {
  const step = Math.max(1, Math.floor(curve.length / SIZE));
  return curve.filter((_, at) => at % step === 0 || at === curve.length - 1);
}

function legend(y: number): string {
  const entries = LINES.map(({ name, colour, dash }, index) => {
    const x = index * 165;
    return `<path d="M${x} 0h24" stroke="${colour}" stroke-width="1.6" stroke-dasharray="${dash}"/><text x="${x + 30}" y="4">${name}</text>`;
  });
  return `<g transform="translate(${GAP} ${y})">${entries.join('')}</g>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
