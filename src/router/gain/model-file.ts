import { z } from 'zod';
import type { Experts } from './experts.ts';
import type { AboutGainModel } from './gain-model.ts';
import { LEXICAL_FEATURES } from './lexical-features.ts';
import { FEATURES_VERSION } from './prompt-features.ts';
import type { TrainedGainModel } from './trained-gain-model.ts';
import type { Trees } from './trees.ts';

const FORMAT = 'sluice-router-gain-1';

/** What every file of this kind has, whichever version of the program wrote it. */
const kindSchema = z.looseObject({ format: z.string(), featuresVersion: z.int() });

const share = z.number().min(0).max(1);
const difference = z.number().min(-1).max(1);

const aboutSchema: z.ZodType<AboutGainModel> = z.strictObject({
  version: z.string().min(1),
  pair: z.strictObject({ small: z.string(), large: z.string() }).nullable(),
  trainedOn: z.string(),
  outcomes: z.int().min(0),
  trainedAt: z.iso.datetime(),
  encoder: z.string().min(1).nullable(),
  heldOut: z.strictObject({
    n: z.int().min(0),
    uplift: difference,
    standardError: z.number().min(0),
    apgr: z.number(),
    ece: share,
    acrossDomains: z
      .strictObject({ domains: z.int().min(2), uplift: difference, spread: z.number().min(0) })
      .nullable(),
  }),
});

/** Numbers are base64 of what a typed array has in memory on a little-endian machine, as all are that run this. */
const floats = numbers(4, (buffer) => new Float32Array(buffer)).refine(areFinite);
const doubles = numbers(8, (buffer) => new Float64Array(buffer)).refine(areFinite);
const shorts = numbers(2, (buffer) => new Uint16Array(buffer));
const integers = numbers(4, (buffer) => new Uint32Array(buffer));

function numbers<Numbers>(bytesEach: number, view: (buffer: ArrayBuffer) => Numbers) {
  return z
    .base64()
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
    .refine((bytes) => bytes.length % bytesEach === 0)
    .transform((bytes) => view(bytes.buffer));
}

function areFinite(values: Float32Array | Float64Array): boolean {
  return values.every(Number.isFinite);
}

const treesSchema = z
  .strictObject({
    base: z.number(),
    roots: integers,
    columns: shorts,
    values: floats,
    skips: shorts,
  })
  .refine(areWalkable, { error: 'The trees lead nowhere.' });

const expertSchema = z.strictObject({
  trees: treesSchema,
  intercept: z.number(),
  weights: doubles,
});

const lineSchema = z.strictObject({ constant: z.number(), slope: z.number() });

const calibrationSchema = z.strictObject({ both: lineSchema, alone: lineSchema });

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  featuresVersion: z.literal(FEATURES_VERSION),
  about: aboutSchema,
  experts: z
    .strictObject({
      inputs: z.strictObject({ means: floats, spreads: floats, vocabulary: shorts }),
      vectorWidth: z.int().min(0),
      centres: z.strictObject({ rows: z.int().min(1), width: z.int().min(1), values: floats }),
      small: expertSchema,
      large: expertSchema,
    })
    .refine(fitTogether, { error: 'Its parts do not fit together.' }),
  small: calibrationSchema,
  large: calibrationSchema,
  distances: z.strictObject({ withVector: floats, lexical: floats }),
});

/** Every walk from a root ends at a leaf: it only goes forward, and not beyond the last node. */
function areWalkable({ roots, columns, values, skips }: Trees): boolean {
  const nodes = values.length;
  if (columns.length !== nodes || skips.length !== nodes) return false;
  if (!roots.every((root) => root < nodes)) return false;
  return skips.every((skip, at) => skip === 0 || (at + 1 < nodes && at + skip < nodes));
}

function fitTogether({ inputs, vectorWidth, centres, small, large }: Experts): boolean {
  const { means, spreads, vocabulary } = inputs;
  const columns = means.length + vocabulary.length;
  return (
    means.length === LEXICAL_FEATURES &&
    spreads.length === means.length &&
    centres.width === vectorWidth + means.length &&
    centres.values.length === centres.rows * centres.width &&
    [small, large].every(
      ({ trees, weights }) =>
        weights.length === centres.rows && trees.columns.every((column) => column < columns),
    )
  );
}

/** @throws GainModelFileError that says what is wrong with the file */
export function readGainModel(bytes: Uint8Array): TrainedGainModel {
  const content = parse(bytes);
  const kind = kindSchema.safeParse(content).data;
  if (kind === undefined) throw new GainModelFileError('It is no gain model.');
  const { format, featuresVersion } = kind;
  if (format !== FORMAT || featuresVersion !== FEATURES_VERSION) {
    throw new GainModelFileError(
      `It is a gain model of another version of this program (${format}, features ${featuresVersion}); this one reads ${FORMAT}, features ${FEATURES_VERSION}. Train it anew.`,
    );
  }
  const { data, error } = fileSchema.safeParse(content);
  if (data === undefined) {
    throw new GainModelFileError(`It is a damaged gain model: ${z.prettifyError(error)}`);
  }
  const { about, experts, small, large, distances } = data;
  return { about, experts, small, large, distances };
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new GainModelFileError('It is no gain model.');
  }
}

/** JSON, for `readGainModel`. */
export function writeGainModel(trained: TrainedGainModel): Uint8Array {
  const file = { format: FORMAT, featuresVersion: FEATURES_VERSION, ...trained };
  return new TextEncoder().encode(`${JSON.stringify(file, asText, 2)}\n`);
}

function asText(_: string, value: unknown): unknown {
  if (!ArrayBuffer.isView(value)) return value;
  const { buffer, byteOffset, byteLength } = value;
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength).toString('base64');
}

/** A file that is no gain model, or none that this version can read. The message is for the operator. */
export class GainModelFileError extends Error {
  override readonly name = 'GainModelFileError';
}
