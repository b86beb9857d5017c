import { describe, expect, test } from 'vitest';
import type { Decided } from '../../../../eval/router/decide.ts';
import { drawingOf } from '../../../../eval/router/drawing.ts';
import { evaluateSource } from '../../../../eval/router/evaluate-source.ts';
import { seededRandom } from '../../../support/seeded-random.ts';

const OPTIONS = { heldOut: { uplift: 0, standardError: 0 }, seed: 1 };

const SKILLED = evaluateSource(decidedRows({ skill: true, count: 2_000 }), OPTIONS);

describe('the report on a source', () => {
  test('scores the learned gain where its skill is proven, on the rows that were not explored', () => {
    const { report } = SKILLED;

    expect(report).toMatchObject({ n: 1_800, explored: 200, fallback: false });
    expect(report.apgr).toBe(report.routers.learned.apgr);
    expect(report.apgrLow).toBeGreaterThan(0.6);
    expect(report.costAt95).toBeLessThan(report.routers.random.costAt95);
    expect(report.skill).toMatch(/^Proven skill: over 200 explored requests/);
  });

  test('scores a coin where none is', () => {
    const { report } = evaluateSource(decidedRows({ skill: false, count: 500 }), OPTIONS);

    expect(report).toMatchObject({ fallback: true, apgr: 0.5, apgrLow: 0.5, apgrHigh: 0.5 });
    expect(report.costAt95).toBe(report.routers.random.costAt95);
    expect(report.skill).toMatch(/^No proven skill/);
  });

  test('has others on the same prompts beside it', () => {
    const { routers } = SKILLED.report;

    expect(routers.oracle.apgr).toBeGreaterThan(routers.learned.apgr);
    expect(routers.length.apgrLow).toBeLessThan(0.5);
    expect(routers.length.apgrHigh).toBeGreaterThan(0.5);
    expect(routers.twelvePhrases.apgr).toBe(0.5);
  });

  test('finds heads that expect what comes true calibrated', () => {
    const { report } = SKILLED;

    expect(report.ece).toBeLessThan(0.03);
  });

  test('is the same again', () => {
    const rows = decidedRows({ skill: true, count: 200 });

    expect(evaluateSource(rows, OPTIONS)).toEqual(evaluateSource(rows, OPTIONS));
  });
});

test('a drawing has a panel for each source with a line for each router', () => {
  const drawing = drawingOf([
    { source: 'one', ...SKILLED },
    { source: 'R&D', ...SKILLED },
  ]);

  expect(drawing.match(/<polyline /g)).toHaveLength(2 * 5);
  expect(drawing).toContain('R&amp;D: 1800 prompts, skill proven');
  expect(drawing).not.toContain('NaN');
});

/** The large model answers the one half of the prompts better, which a score with skill tells apart. */
function decidedRows(world: {
  readonly skill: boolean;
  readonly count: number;
}): readonly Decided[] {
  const random = seededRandom(12);
  return Array.from({ length: world.count }, () => {
    const hard = random() < 0.5;
    const smallGood = hard ? 0.4 : 0.8;
    const outcome = {
      source: 's',
      domain: 'd',
      prompt: 'x'.repeat(1 + Math.floor(random() * 100)),
      small: random() < smallGood ? 1 : 0,
      large: random() < 0.85 ? 1 : 0,
    };
    const gain = world.skill ? 0.85 - smallGood + random() / 100 : random();
    return { outcome, expected: { smallGood, largeGood: 0.85, gain, familiarity: 0 }, ms: 0.1 };
  });
}
