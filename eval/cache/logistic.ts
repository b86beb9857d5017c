/** An example: what is known of it, and whether it is one of those that are looked for. */
export type Example = { readonly inputs: readonly number[]; readonly positive: boolean };

const STEPS = 50;
const SETTLED = 1e-9;

/**
 * Logistic regression by Newton's method, with a penalty on the squares of the weights (not of the first one), each
 * taken in units of its input's spread.
 *
 * @returns one weight an input, the first input being expected to be the constant 1
 */
export function fitLogistic(examples: readonly Example[], penalty: number): readonly number[] {
  const width = examples[0]?.inputs.length ?? 0;
  const spreads = Array.from({ length: width }, (_, at) => spreadOf(examples, at));
  let weights: readonly number[] = new Array(width).fill(0);
  for (let step = 0; step < STEPS; step += 1) {
    const change = newtonStep(examples, weights, spreads, penalty);
    weights = weights.map((weight, at) => weight + (change[at] ?? 0));
    if (change.every((each) => Math.abs(each) < SETTLED)) break;
  }
  return weights;
}

function newtonStep(
  examples: readonly Example[],
  weights: readonly number[],
  spreads: readonly number[],
  penalty: number,
): readonly number[] {
  const pulls = spreads.map((spread, at) => (at === 0 ? 1e-9 : penalty * spread ** 2));
  const slope = weights.map((weight, at) => -(pulls[at] ?? 0) * weight);
  const curve = weights.map((_, row) =>
    weights.map((_, column) => (row === column ? (pulls[row] ?? 0) + 1e-12 : 0)),
  );
  for (const example of examples) addExample(example, weights, slope, curve);
  return solve(curve, slope);
}

/** What one example adds to the slope of the likelihood and to its curvature. */
function addExample(
  { inputs, positive }: Example,
  weights: readonly number[],
  slope: number[],
  curve: readonly number[][],
) {
  const chance = 1 / (1 + Math.exp(-dot(weights, inputs)));
  for (const [row, input] of inputs.entries()) {
    slope[row] = (slope[row] ?? 0) + input * (Number(positive) - chance);
    const line = curve[row] ?? [];
    for (const [column, other] of inputs.entries()) {
      line[column] = (line[column] ?? 0) + chance * (1 - chance) * input * other;
    }
  }
}

/** By elimination with pivots; `rows` is used up. */
function solve(rows: number[][], right: number[]): readonly number[] {
  const size = right.length;
  const lines = rows.map((row, at) => [...row, right[at] ?? 0]);
  for (let at = 0; at < size; at += 1) {
    lines.splice(
      at,
      size - at,
      ...lines.slice(at).sort((one, other) => Math.abs(other[at] ?? 0) - Math.abs(one[at] ?? 0)),
    );
    const pivot = lines[at] ?? [];
    for (const line of lines.filter((each) => each !== pivot)) {
      const factor = (line[at] ?? 0) / (pivot[at] || 1);
      for (let column = at; column <= size; column += 1) {
        line[column] = (line[column] ?? 0) - factor * (pivot[column] ?? 0);
      }
    }
  }
  return lines.map((line, at) => (line[size] ?? 0) / (line[at] || 1));
}

function spreadOf(examples: readonly Example[], at: number): number {
  const values = examples.map(({ inputs }) => inputs[at] ?? 0);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function dot(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
}
