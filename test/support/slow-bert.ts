import { readFileSync } from 'node:fs';
import { numbersOf, parseTensors } from '../../src/embedding/safetensors.ts';

const HIDDEN = 384;
const HEADS = 12;
const HEAD = HIDDEN / HEADS;
const LAYERS = 6;

type Rows = readonly Float64Array[];

/** What a model's files say, added up plainly: what the models that the product makes have to agree with. */
export type SlowBert = {
  /** The vector of a text. */
  meaning(ids: readonly number[]): Float64Array;
  /** The number of a pair whose first text has so many tokens. */
  score(ids: readonly number[], first: number): number;
};

/** As Devlin et al. 2018 describe it, in doubles and without any care for speed: a text takes half a second. */
export function slowBert(weightsPath: string, learnedPath?: string): SlowBert {
  const base = parseTensors(readFileSync(weightsPath));
  const learned = learnedPath === undefined ? new Map() : parseTensors(readFileSync(learnedPath));

  function tensor(name: string): Float32Array {
    const found = learned.get(name) ?? base.get(name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return numbersOf(found);
  }

  function linear(rows: Rows, name: string): Rows {
    const bias = tensor(`${name}.bias`);
    const matrix = changed(tensor(`${name}.weight`), name, bias.length);
    return rows.map((row) =>
      Float64Array.from(bias, (start, output) => {
        let sum = start;
        for (let at = 0; at < row.length; at += 1) {
          sum += (matrix[output * row.length + at] ?? 0) * (row[at] ?? 0);
        }
        return sum;
      }),
    );
  }

  function changed(matrix: Float32Array, name: string, outputs: number): Float32Array {
    if (!learned.has(`${name}.delta_a`)) return matrix;
    const [a, b] = [tensor(`${name}.delta_a`), tensor(`${name}.delta_b`)];
    const inputs = matrix.length / outputs;
    const rank = b.length / outputs;
    return matrix.map((weight, at) => {
      const [output, input] = [Math.floor(at / inputs), at % inputs];
      let sum = weight;
      for (let r = 0; r < rank; r += 1) {
        sum += (b[output * rank + r] ?? 0) * (a[r * inputs + input] ?? 0);
      }
      return sum;
    });
  }

  function normalised(rows: Rows, name: string): Rows {
    const [weight, bias] = [tensor(`${name}.weight`), tensor(`${name}.bias`)];
    return rows.map((row) => {
      const mean = sum(row) / row.length;
      const deviation = Math.sqrt(sum(row.map((x) => (x - mean) ** 2)) / row.length + 1e-12);
      return row.map((x, at) => ((x - mean) / deviation) * (weight[at] ?? 0) + (bias[at] ?? 0));
    });
  }

  function hidden(ids: readonly number[], first: number): Rows {
    const [words, places, types] = ['word', 'position', 'token_type'].map((kind) =>
      tensor(`embeddings.${kind}_embeddings.weight`),
    ) as [Float32Array, Float32Array, Float32Array];
    const embedded = ids.map((id, place) =>
      Float64Array.from({ length: HIDDEN }, (_, at) => {
        const type = place < first ? 0 : 1;
        return [at + id * HIDDEN, at + place * HIDDEN, at + type * HIDDEN].reduce(
          (total, index, table) => total + ([words, places, types][table]?.[index] ?? 0),
          0,
        );
      }),
    );
    let rows = normalised(embedded, 'embeddings.LayerNorm');
    for (let layer = 0; layer < LAYERS; layer += 1) rows = through(rows, `encoder.layer.${layer}`);
    return rows;
  }

  function through(rows: Rows, name: string): Rows {
    const [q, k, v] = ['query', 'key', 'value'].map((part) =>
      linear(rows, `${name}.attention.self.${part}`),
    ) as [Rows, Rows, Rows];
    const told = linear(attention(q, k, v), `${name}.attention.output.dense`);
    const attended = normalised(added(told, rows), `${name}.attention.output.LayerNorm`);
    const inner = linear(attended, `${name}.intermediate.dense`).map((row) => row.map(gelu));
    return normalised(
      added(linear(inner, `${name}.output.dense`), attended),
      `${name}.output.LayerNorm`,
    );
  }

  return {
    meaning(ids) {
      const mean = meanOf(hidden(ids, ids.length));
      const length = Math.sqrt(sum(mean.map((x) => x * x)));
      return mean.map((x) => x / length);
    },
    score(ids, first) {
      const dense = linear([meanOf(hidden(ids, first))], 'head.dense').map((row) =>
        row.map(Math.tanh),
      );
      return linear(dense, 'head.out')[0]?.[0] ?? Number.NaN;
    },
  };
}

function attention(q: Rows, k: Rows, v: Rows): Rows {
  return q.map((query) => {
    const context = new Float64Array(HIDDEN);
    for (let head = 0; head < HIDDEN; head += HEAD) {
      const part = (row: Float64Array) => row.subarray(head, head + HEAD);
      const weights = k.map((key) => Math.exp(dot(part(query), part(key)) / Math.sqrt(HEAD)));
      const total = weights.reduce((one, other) => one + other, 0);
      for (const [at, weight] of weights.entries()) {
        const value = part(v[at] ?? new Float64Array());
        for (const [place, number] of value.entries()) {
          context[head + place] = (context[head + place] ?? 0) + (weight / total) * number;
        }
      }
    }
    return context;
  });
}

/** x Φ(x), with the error function as Abramowitz and Stegun have it (7.1.26, exact to 1.5e-7). */
function gelu(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const tail = series.reduce((value, factor) => value * t + factor, 0) * t * Math.exp(-z * z);
  return x < 0 ? (x * tail) / 2 : x * (1 - tail / 2);
}

function added(rows: Rows, others: Rows): Rows {
  return rows.map((row, at) => row.map((x, place) => x + (others[at]?.[place] ?? 0)));
}

function meanOf(rows: Rows): Float64Array {
  return Float64Array.from(
    { length: HIDDEN },
    (_, at) => rows.reduce((total, row) => total + (row[at] ?? 0), 0) / rows.length,
  );
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((total, x, at) => total + x * (other[at] ?? 0), 0);
}

function sum(row: Float64Array): number {
  return row.reduce((total, x) => total + x, 0);
}
